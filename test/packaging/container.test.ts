import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, symlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { run } from '../support/child-process.ts'
import { createTempDir } from '../support/temp-dir.ts'
import { expectToAnswer } from './support/answering.ts'
import { projectRoot } from './support/built.ts'
import { execForm, parseContainerfile } from './support/containerfile.ts'

const folder = join(projectRoot, 'build/container')
const [build = [], image = [], ...more] = parseContainerfile(
  readFileSync(join(folder, 'Containerfile'), 'utf8'),
)
const all = (name: string, stage = image) => stage.filter((one) => one.name === name).map(({ text }) => text)
const one = (name: string) => {
  const [text = '', ...others] = all(name)
  expect(others).toEqual([])
  return text
}
const copied = all('COPY', build).flatMap((text) => text.split(' ').slice(0, -1))

describe('the container file', () => {
  it('builds in one stage and runs in another, both on a named release of Node', () => {
    expect(more).toEqual([])
    for (const from of [...all('FROM', build), ...all('FROM')])
      expect(from).toMatch(/:24-bookworm-slim( AS build)?$/)
    expect(all('COPY')).toEqual(['--from=build /stage /opt/signpost'])
  })

  it('runs as a user without rights, whose number needs no look-up', () => {
    expect(one('USER')).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/)
    // Nothing after it is done as somebody else.
    const names = image.map(({ name }) => name)
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'))
  })

  it('is stopped in order: the server itself gets the signal, no shell before it', () => {
    expect(one('STOPSIGNAL')).toBe('SIGTERM')
    expect([...execForm(one('ENTRYPOINT')), ...execForm(one('CMD'))]).toEqual([
      'node',
      '--max-semi-space-size=4',
      '/opt/signpost/dist/main.js',
      'start',
      '--headless',
    ])
  })

  it('keeps its data in a volume, and no secrets in the image', () => {
    expect(one('VOLUME')).toBe('/var/lib/signpost')
    expect(one('ENV')).toContain('SIGNPOST_DATA=/var/lib/signpost')
    expect([...all('ARG', build), ...all('ARG'), ...all('ADD', build), ...all('ADD')]).toEqual([])
  })

  it('has a health check that tells an answer from a refusal and from silence', async () => {
    const command = /CMD (\[.*\])$/.exec(one('HEALTHCHECK'))?.[1]
    const [, ...args] = execForm(command ?? '')
    let status = 200
    const server = createServer((_request, response) => response.writeHead(status).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const env = { SIGNPOST_HEALTH_URL: `http://127.0.0.1:${address.port}/health` }
    const check = () => run(process.execPath, args, { env })
    await check()
    status = 503
    await expect(check()).rejects.toMatchObject({ code: 1 })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await expect(check()).rejects.toMatchObject({ code: 1 })
  })

  it('copies what exists and is not left out of the context', () => {
    const context = readFileSync(join(folder, 'Containerfile.dockerignore'), 'utf8').trim().split('\n')
    for (const source of copied) {
      expect(existsSync(join(projectRoot, source)), source).toBe(true)
      expect(context).toContain(`!${source}`)
    }
  })

  it('copies enough: its commands, in a folder with nothing else, make a server that answers', async () => {
    const context = await createTempDir('context')
    for (const source of copied)
      await cp(join(projectRoot, source), join(context, source), { recursive: true })
    // In place of the first command.
    const [install, ...commands] = all('RUN', build).map(execForm)
    expect(install?.slice(0, 2)).toEqual(['npm', 'ci'])
    await symlink(join(projectRoot, 'node_modules'), join(context, 'node_modules'))

    const home = await createTempDir('image')
    const image = join(home, 'image')
    for (const [program = '', ...args] of commands) {
      const words = args.map((word) => (word === '/stage' ? image : word))
      await run(program, words, { cwd: context, timeout: 300_000 })
    }
    const dataDir = join(home, 'data')
    await mkdir(dataDir)
    await expectToAnswer({ command: [process.execPath, join(image, 'dist/main.js')], dataDir })
  }, 300_000)
})
