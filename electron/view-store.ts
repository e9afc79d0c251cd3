import type { ShellCondition, ShellView } from './ipc/contract.ts'

/** The one description of how things stand, from which menus, tray and pages are drawn. */
export interface ViewStore {
  current(): ShellView
  change(changes: Partial<Facts>): void
  subscribe(listener: (view: ShellView) => void): void
}

/** What the view is made of; the condition follows. */
export type Facts = Omit<ShellView, 'condition'> & { readonly isServerWorking: boolean }

export function createViewStore(initial: Facts): ViewStore {
  const listeners: ((view: ShellView) => void)[] = []
  let facts = initial
  let view = viewOf(facts)
  return {
    current: () => view,
    change(changes) {
      facts = { ...facts, ...changes }
      view = viewOf(facts)
      for (const listener of listeners) listener(view)
    },
    subscribe: (listener) => void listeners.push(listener),
  }
}

function viewOf({ isServerWorking, ...facts }: Facts): ShellView {
  return { ...facts, condition: conditionOf(facts.phase, facts.attention.length > 0, isServerWorking) }
}

/** Green, amber, red and grey. */
function conditionOf(phase: ShellView['phase'], needsAttention: boolean, isWorking: boolean): ShellCondition {
  if (phase === 'failed' || phase === 'stopped') return 'stopped'
  if (phase !== 'running') return 'working'
  if (needsAttention) return 'attention'
  return isWorking ? 'working' : 'ok'
}
