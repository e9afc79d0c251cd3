import type { ShellView } from '../ipc/contract.ts'

/** Windows shows no more characters than this. */
const LONGEST = 127

export function tooltipOf(view: ShellView): string {
  const text = [`Signpost: ${stateText(view)}`, numbersText(view)].filter((line) => line !== '').join('\n')
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}

/** The state in a few words. */
export function stateText({ phase, attention }: ShellView): string {
  switch (phase) {
    case 'starting':
      return 'starting'
    case 'restarting':
      return 'starting again after a fault'
    case 'failed':
      return 'not running, a fault has to be mended'
    case 'stopped':
      return 'stopped'
    case 'running':
      return attention[0]?.text ?? 'running'
  }
}

export function numbersText({ phase, lookupsToday, pendingInvitations }: ShellView): string {
  if (phase === 'failed' || phase === 'stopped') return ''
  const lookups = `${lookupsToday} lookup${lookupsToday === 1 ? '' : 's'} today`
  const invitations = `${pendingInvitations} invitation${pendingInvitations === 1 ? '' : 's'} waiting`
  return `${lookups}, ${invitations}`
}
