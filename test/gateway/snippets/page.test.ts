import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runProxyCommand } from '../../../src/cli/proxy-command.ts'
import { runSnippetCommand } from '../../../src/cli/snippet-command.ts'

const page = await readFile(join(import.meta.dirname, '../../../docs/reverse-proxy.md'), 'utf8')

async function usageOf(run: typeof runProxyCommand): Promise<string> {
  const lines: string[] = []
  const out = (line: string) => void lines.push(line)
  await run(['--help'], { out, err: out, dataDir: '', json: false })
  return lines.join('\n')
}

it.each([
  ['proxy', runProxyCommand],
  ['snippet', runSnippetCommand],
] as const)(
  'the page about reverse proxies names what "signpost %s" has, and nothing else',
  async (command, run) => {
    const usage = await usageOf(run)
    const rows = [...page.matchAll(new RegExp(`^\\| \`signpost ${command} ([a-z-]+)`, 'gm'))].map(
      ([, kind]) => kind,
    )
    const kinds = [...usage.matchAll(new RegExp(`signpost ${command} ([a-z|-]+)`, 'g'))].flatMap(
      ([, all = '']) => all.split('|'),
    )
    expect(rows.sort()).toEqual(kinds.sort())
    for (const [option] of usage.matchAll(/--[a-z][a-z-]*/g)) expect(page).toContain(option)
  },
)

it('the page names no option that is not there', async () => {
  const known = (await usageOf(runProxyCommand)) + (await usageOf(runSnippetCommand))
  for (const [option] of page.matchAll(/--[a-z][a-z-]*/g)) expect(`${known} --json`).toContain(option)
})
