import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { crossCheck } from '../../src/config/cross-checks.ts'
import { configSchema } from '../../src/config/schema.ts'
import { acmeFailureCodes } from '../../src/gateway/tls/acme/failure.ts'
import { verdictCodes } from '../../src/gateway/tls/verdict.ts'
import { documentedBlocks, readDocument } from '../backends/support/documentation.ts'

describe('the page about TLS', () => {
  it('shows configurations that can be used, one for each mode and more', async () => {
    const blocks = await documentedBlocks('tls.md', 'yaml')
    const modes = blocks.map((block) => {
      const config = configSchema.parse(parse(block))
      expect(crossCheck(config), block).toEqual([])
      return config.server.tls.mode
    })
    expect(modes).toEqual(['files', 'acme', 'acme', 'selfSigned'])
  })

  it('explains every verdict and every failure, in the words of the code', async () => {
    const text = await readDocument('tls.md')
    const rows = [
      ...Object.entries(verdictCodes).map(
        ([code, { severity, meaning }]) => `| \`${code}\` | ${severity} | ${meaning} |`,
      ),
      ...Object.entries(acmeFailureCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`),
    ]
    for (const row of rows) expect(text).toContain(row)
    const verdicts = text.match(/^\| `[a-z-]+` \| (unusable|problem|warning) \| /gm)
    expect(verdicts).toHaveLength(Object.keys(verdictCodes).length)
  })
})
