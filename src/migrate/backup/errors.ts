import { OperatorError } from '../../config/operator-error.ts'

const readIt = (file: string) => `read the backup ${file}`

export const notABackup = (file: string) =>
  new OperatorError('backup-foreign', {
    tried: readIt(file),
    likelyCause: 'The file is not a backup of Signpost.',
    fix: 'Choose a file that "signpost backup" has written; their names end in .signpost.',
  })

export const damaged = (file: string, what: string, cause?: unknown) =>
  new OperatorError('backup-damaged', {
    tried: readIt(file),
    likelyCause: what,
    fix: 'Nothing was changed. Copy the file anew from where it was kept, or take an earlier backup.',
    cause,
  })

export const wrongKey = (file: string, asked: 'password' | 'keyFile', given: 'password' | 'keyFile') => {
  const names = { password: 'password', keyFile: 'key file' }
  return new OperatorError('backup-locked', {
    tried: readIt(file),
    likelyCause:
      asked === given
        ? `The ${names[given]} is not the one with which the backup was made.`
        : `The backup was made with a ${names[asked]}, and a ${names[given]} was given.`,
    fix: `Give the ${names[asked]} that was in use when the backup was made. Without it nobody can open the file.`,
  })
}

export const newer = (file: string, version: string) =>
  new OperatorError('backup-newer', {
    tried: readIt(file),
    likelyCause: `It was written by Signpost ${version}, which is newer than this one.`,
    fix: `Install Signpost ${version} or later, and restore it there.`,
  })
