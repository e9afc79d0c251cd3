import { AdminError } from '../api/errors.ts'
import type { Handlers } from '../api/serve.ts'
import type { jobsContract } from './contract.ts'
import type { Jobs } from './jobs.ts'
import type { Job } from './shapes.ts'

export function createJobHandlers(jobs: Jobs): Handlers<typeof jobsContract> {
  return {
    async 'GET /api/jobs'() {
      return { jobs: [...jobs.list()] }
    },
    async 'GET /api/jobs/{id}'({ params }) {
      return found(jobs.find(params.id))
    },
    async 'POST /api/jobs/{id}/cancel'({ params }, { note }) {
      const job = found(jobs.cancel(params.id))
      note({ target: `${job.kind} ${job.target ?? ''}`.trim() })
      return job
    },
  }
}

function found(job: Job | null): Job {
  if (job === null) throw new AdminError('not-found')
  return job
}
