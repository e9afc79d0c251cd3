import { isObject } from '../settings/draft.ts'

/** The settings of mxisd or ma1sd as they stand in the file. */
export type Tree = Readonly<Record<string, unknown>>

/** The value of a key with dots; undefined when it is not there. */
export function at(tree: Tree, key: string): unknown {
  return key.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), tree)
}
