import { useJobOf } from '../api/use-job-of.ts'

export const useBackupJob = () =>
  useJobOf(({ kind }) => kind === 'backup' || kind === 'restore', '/api/backups')
