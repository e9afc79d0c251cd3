import { useState } from 'react'
import { useApi } from '../api/hooks.ts'
import { useEvent } from '../api/use-events.ts'
import { useJob, type Job } from '../api/use-job.ts'

const isOurs = ({ kind }: Job) => kind === 'backup' || kind === 'restore'

/** The work on backups that this page has started, or that was under way when it was opened. */
export function useBackupJob() {
  const [id, setId] = useState<string>()
  const { data } = useApi('GET /api/jobs')
  const running = data?.jobs.find((job) => isOurs(job) && job.state === 'running')
  // Somebody else may begin it, while somebody looks.
  useEvent('job', (job) => {
    if (isOurs(job) && job.state === 'running') setId(job.id)
  })
  const job = useJob(id ?? running?.id, '/api/backups')
  return { job, follow: ({ id: started }: Job) => setId(started) }
}
