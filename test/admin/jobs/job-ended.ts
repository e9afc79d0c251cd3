import { expect } from 'vitest'
import type { Job } from '../../../src/admin/jobs/shapes.ts'
import type { AdminAnswer, AdminClient } from '../../support/admin-client.ts'
import { eventually } from '../../support/poll.ts'

/** The job that an answer has started, once it has ended in whatever way. */
export async function jobEnded(admin: AdminClient, answer: AdminAnswer): Promise<Job> {
  expect(answer.status, answer.text).toBe(200)
  const { id } = (answer.body as { job: Job }).job
  return await eventually(
    async () => {
      const job = (await admin.get(`/api/jobs/${id}`)).body as Job
      return job.state === 'running' ? null : job
    },
    { what: 'the end of the job', timeoutMs: 60_000 },
  )
}
