import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/load.ts'
import { createTempDir } from '../../support/temp-dir.ts'
import { createMa1sd } from './support/ma1sd-fixture.ts'
import { createTarget } from './support/import-world.ts'
import { createSydent, sydentConfiguration } from './support/sydent-fixture.ts'

const mxisdMail = [
  'Subject: %SENDER_NAME_OR_ID% asks you in',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="mark"',
  '',
  '--mark',
  'Content-Type: text/plain; charset=UTF-8',
  '',
  'Grüße! Come to %ROOM_NAME_OR_ID%: %REGISTER_URL%',
  '--mark',
  'Content-Type: text/html; charset=UTF-8',
  '',
  '<p>Come to %ROOM_NAME_OR_ID%</p>',
  '--mark--',
  '',
].join('\n')

const sydentMail = [
  'Date: {{ date }}',
  'From: {{ from }}',
  'Subject: {{ subject_header_value }}',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary="{{ multipart_boundary }}"',
  '',
  '--{{ multipart_boundary }}',
  'Content-Type: text/plain; charset=UTF-8',
  '',
  '{% if room_type == "m.space" %}A space{% else %}A room{% endif %}: https://matrix.org/_matrix/identity/api/v1/sign-ed25519',
  '--{{ multipart_boundary }}--',
  '',
].join('\n')

describe('templates of another server', () => {
  it('of mxisd are split into the parts of a mail, and named in signpost.yaml', async () => {
    const folder = await createTempDir('templates')
    const { path } = await createMa1sd('sqlite', folder)
    await writeFile(join(folder, 'invite.eml'), mxisdMail)
    const yaml = await readFile(path, 'utf8')
    const generators = '      generators: { template: { invite: invite.eml } }\n      connectors:'
    await writeFile(path, yaml.replace('      connectors:', generators))
    const { dataDir, plan, run, storage } = await createTarget()
    expect((await plan({ kind: 'ma1sd', path })).templates).toEqual([
      {
        from: 'invite.eml',
        files: ['invitation.subject.txt', 'invitation.txt', 'invitation.html'],
        note: '',
      },
    ])
    await run({ kind: 'ma1sd', path })
    const { config } = await loadConfig(dataDir)
    const part = async (name: string) =>
      await readFile(join(dataDir, config.notifications.email.templates ?? '', 'en', name), 'utf8')
    expect(await part('invitation.subject.txt')).toBe('%SENDER_NAME_OR_ID% asks you in')
    expect(await part('invitation.txt')).toContain('Grüße! Come to %ROOM_NAME_OR_ID%: %REGISTER_URL%')
    expect(await part('invitation.html')).toContain('<p>Come to %ROOM_NAME_OR_ID%</p>')
    await storage.close()
  })

  it('of Sydent keep its two subjects, and a link to a server of others is pointed out', async () => {
    const folder = await createTempDir('templates')
    await mkdir(join(folder, 'own', 'school'), { recursive: true })
    await writeFile(join(folder, 'own', 'school', 'invite_template.eml.j2'), sydentMail)
    const configuration = sydentConfiguration
      .replace('[general]', '[general]\ntemplates.path = own\nbrand.default = school')
      .replace('[email]', '[email]\nemail.invite.subject_space = %(sender_display_name)s shows you a space')
    const { path } = await createSydent('sqlite', folder, configuration)
    const { dataDir, plan, run, storage } = await createTarget()
    const [outcome] = (await plan({ kind: 'sydent', path })).templates
    expect(outcome).toMatchObject({
      files: ['invitation.txt'],
      note: expect.stringContaining('{{ link }}') as string,
    })
    await run({ kind: 'sydent', path })
    const subject = await readFile(
      join(dataDir, 'imported-templates', 'en', 'invitation.subject.txt'),
      'utf8',
    )
    expect(subject).toBe(
      '{% if room_type == "m.space" %}%(sender_display_name)s shows you a space{% else %}%(sender_display_name)s asks you in{% endif %}',
    )
    const text = await readFile(join(dataDir, 'imported-templates', 'en', 'invitation.txt'), 'utf8')
    expect(text).toContain('A room')
    expect(text).not.toContain('boundary')
    await storage.close()
  })
})
