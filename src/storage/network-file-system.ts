import { readFile, realpath, statfs } from 'node:fs/promises'
import { StorageError } from './storage-error.ts'

/** `f_type` of statfs(2) on Linux. 9p is how WSL and virtual machines lend folders: it lacks the shared memory WAL needs. */
const NETWORK_MAGIC: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB',
  0x01021997: '9p',
  0x5346414f: 'AFS',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
}
const FUSE_MAGIC = 0x65735546

/** FUSE carries local file systems, too (NTFS, overlays of rootless containers): only these are refused. */
const NETWORK_FUSE =
  /^fuse\.(sshfs|rclone|s3fs|gcsfuse|davfs2?|curlftpfs|glusterfs|ceph-fuse|cephfs|mfs|afp\w*|smbnetfs)$/

/** The facts about a folder that tell whether it is remote. */
export interface FileSystemFacts {
  /** `f_type` of statfs(2). */
  readonly magic: number
  /** `/proc/self/mountinfo`, empty where there is none. */
  readonly mountinfo: string
  /** Absolute, without symbolic links. */
  readonly folder: string
}

/**
 * Refuses a folder on a network file system: SQLite's write-ahead log needs locks and shared memory that work, and there
 * they do not (https://sqlite.org/wal.html, "all processes must be on the same host").
 */
export async function refuseNetworkFileSystem(
  folder: string,
  readFacts: (folder: string) => Promise<FileSystemFacts | null> = readFileSystemFacts,
): Promise<void> {
  const facts = await readFacts(folder)
  const name =
    folder.startsWith('\\\\') && !folder.startsWith('\\\\?\\') ? 'SMB' : facts && networkFileSystem(facts)
  if (name === null) return
  throw new StorageError('network-file-system', {
    tried: `use the folder ${folder} for the database`,
    likelyCause: `It lies on a network file system (${name}), where a power cut or a dropped connection destroys databases.`,
    fix: 'Choose a data directory on a local disk, or use PostgreSQL (storage.type: postgres).',
  })
}

/** The common name of the network file system, or null when the folder is local as far as one can tell. */
export function networkFileSystem({ magic, mountinfo, folder }: FileSystemFacts): string | null {
  if (magic !== FUSE_MAGIC) return NETWORK_MAGIC[magic >>> 0] ?? null
  const type = mountedType(mountinfo, folder)
  return type !== null && NETWORK_FUSE.test(type) ? type : null
}

export async function readFileSystemFacts(folder: string): Promise<FileSystemFacts | null> {
  if (process.platform !== 'linux') return null
  const { type } = await statfs(folder)
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '')
  return { magic: type, mountinfo, folder: await realpath(folder) }
}

/** The file system type of the longest mount point above `folder`; of two at the same place the later hides the other. */
function mountedType(mountinfo: string, folder: string): string | null {
  let best = { length: -1, type: '' }
  for (const line of mountinfo.split('\n')) {
    // See proc_pid_mountinfo(5): "36 35 98:0 /root /mount/point rw,noatime shared:1 - fuse.sshfs user@host: rw"
    const [left, right] = line.split(' - ')
    const point = left
      ?.split(' ')[4]
      ?.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)))
    const type = right?.split(' ')[0]
    if (point === undefined || type === undefined) continue
    const isAbove = folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`)
    if (isAbove && point.length >= best.length) best = { length: point.length, type }
  }
  return best.length < 0 ? null : best.type
}
