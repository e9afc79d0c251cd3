import { describe, expect, test } from 'vitest'
import { networkFileSystem, refuseNetworkFileSystem } from '../../src/storage/network-file-system.ts'
import { createTempDir } from '../support/temp-dir.ts'

const mountinfo = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home/me/remote\\040files rw,nosuid - fuse.sshfs me@host: rw
31 22 0:41 / /data rw shared:3 - fuseblk /dev/sdb1 rw
32 31 0:42 / /data/box rw - fuse.rclone box: rw`
const FUSE = 0x65735546

describe('the check for network file systems', () => {
  test.each([
    [0x6969, 'NFS'],
    [0xff534d42, 'CIFS'],
    [0xff534d42 | 0, 'CIFS'],
    [0x01021997, '9p'],
    [0xef53, null],
    [0x9123683e, null],
  ])('reads the file system type %i as %s', (magic, name) => {
    expect(networkFileSystem({ magic, mountinfo: '', folder: '/x' })).toBe(name)
  })

  test.each([
    ['/home/me/remote files/signpost', 'fuse.sshfs'],
    ['/home/me/remote files', 'fuse.sshfs'],
    ['/home/me/remote files too', null],
    ['/data/signpost', null],
    ['/data/box/signpost', 'fuse.rclone'],
  ])('tells remote from local FUSE file systems at %s', (folder, name) => {
    expect(networkFileSystem({ magic: FUSE, mountinfo, folder })).toBe(name)
  })

  test('refuses a remote folder and says what to do', async () => {
    const refusing = refuseNetworkFileSystem('/srv', async (folder) => ({
      magic: 0x6969,
      mountinfo: '',
      folder,
    }))
    await expect(refusing).rejects.toMatchObject({
      code: 'network-file-system',
      likelyCause: expect.stringContaining('NFS'),
      fix: expect.stringContaining('local disk'),
    })
  })

  test('refuses a Windows share by its name', async () => {
    await expect(refuseNetworkFileSystem('\\\\server\\share', async () => null)).rejects.toMatchObject({
      code: 'network-file-system',
    })
  })

  test('accepts the disk that this test runs on', async () => {
    await expect(refuseNetworkFileSystem(await createTempDir())).resolves.toBeUndefined()
  })
})
