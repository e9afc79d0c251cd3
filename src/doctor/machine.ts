import { access, constants, statfs } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { readFileSystemFacts, type FileSystemFacts } from '../storage/network-file-system.ts'

/** What the doctor asks the operating system. Tests put a full disk or a network file system in its place. */
export interface Machine {
  /** Bytes that Signpost's user may still write to the file system of a folder, and its size. */
  diskSpace(folder: string): Promise<{ readonly free: number; readonly total: number }>
  /** Whether Signpost's user may look into a folder and create files there. */
  mayUse(folder: string): Promise<boolean>
  /** Null where the operating system does not tell. */
  fileSystem(folder: string): Promise<FileSystemFacts | null>
  /** IP addresses of this machine's interfaces, loopback included. */
  addresses(): readonly string[]
}

export const thisMachine: Machine = {
  async diskSpace(folder) {
    const { bavail, blocks, bsize } = await statfs(folder)
    return { free: bavail * bsize, total: blocks * bsize }
  },
  mayUse: (folder) =>
    access(folder, constants.R_OK | constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ),
  fileSystem: readFileSystemFacts,
  addresses: () =>
    Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
}
