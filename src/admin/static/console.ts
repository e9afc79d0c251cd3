import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Random } from '../../runtime.ts'
import { AdminError } from '../api/errors.ts'
import { pagePolicy } from './security-headers.ts'

export interface ConsoleOptions {
  readonly random: Random
  /** What `/` says to programs that ask for no page, and where no console was built. */
  readonly welcome: () => string
  /** The built console; default: beside the bundled server, or in `dist/` of a checkout. */
  readonly folder?: string
}

const placeholder = '{{nonce}}'
const aYear = 365 * 86_400_000

/** Serves the console: its files, and its one page under every path that is not taken. */
export function addConsole(app: FastifyInstance, options: ConsoleOptions): void {
  const folder = options.folder ?? builtConsole()
  const assets = join(folder, 'assets')
  if (existsSync(assets)) {
    // Names carry a hash of the content, so that a name never means anything else.
    app.register(fastifyStatic, {
      root: assets,
      prefix: '/assets/',
      decorateReply: false,
      index: false,
      maxAge: aYear,
      immutable: true,
    })
  }
  app.get('/*', async (request, reply) => {
    if (isApi(request.url)) throw new AdminError('unknown-route')
    const page = acceptsHtml(request) ? await readPage(folder) : null
    reply.header('vary', 'accept').header('cache-control', 'no-store')
    if (page !== null) {
      const nonce = options.random.bytes(16).toString('base64')
      reply.header('content-security-policy', pagePolicy(nonce)).type('text/html; charset=utf-8')
      return await reply.send(page.replaceAll(placeholder, nonce))
    }
    if (request.url !== '/') throw new AdminError('unknown-route')
    return await reply.type('text/plain; charset=utf-8').send(options.welcome())
  })
}

/** The bundle lies in `dist/`, with the console in a folder beside it; the source runs in `src/admin/static/`. */
function builtConsole(): string {
  const beside = join(import.meta.dirname, 'renderer')
  return existsSync(beside) ? beside : resolve(import.meta.dirname, '../../../dist/renderer')
}

async function readPage(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, 'index.html'), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

const acceptsHtml = ({ headers }: FastifyRequest) => headers.accept?.includes('text/html') === true

const isApi = (url: string) => /^\/(api|assets)(\/|$|\?)/.test(url)
