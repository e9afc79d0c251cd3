import type { Storage } from '../../../src/storage/storage.ts'

/** Binds `<name>@example.org` to `@<name>:example.org`, as the table has it. */
export async function bindPeople({ db }: Pick<Storage, 'db'>, ...names: readonly string[]): Promise<void> {
  await db
    .insertInto('associations')
    .values(
      names.map((name) => ({
        ...{ medium: 'email', address: `${name}@example.org`, mxid: `@${name}:example.org` },
        ...{ bound_at: 1_700_000_000_000, not_before: 1_700_000_000_000, not_after: 4_900_000_000_000 },
      })),
    )
    .execute()
}
