import { useState } from 'react'
import { useApi } from './hooks.ts'
import { useEvent } from './use-events.ts'
import { useJob, type Job } from './use-job.ts'

/**
 * The long work of one kind that this page has started, or that was under way when it was opened. When it has ended,
 * reads below `area` are old.
 */
export function useJobOf(isOurs: (job: Job) => boolean, area: string) {
  const [id, setId] = useState<string>()
  const { data } = useApi('GET /api/jobs')
  const isRunning = (job: Job) => job.state === 'running' && isOurs(job)
  const running = data?.jobs.find(isRunning)
  // Somebody else may begin it, while somebody looks.
  useEvent('job', (job) => {
    if (isRunning(job)) setId(job.id)
  })
  const job = useJob(id ?? running?.id, area)
  return { job, follow: ({ id: started }: Pick<Job, 'id'>) => setId(started) }
}
