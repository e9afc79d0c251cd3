import { openDatabase, patience } from './open-database.ts'

/*
 * A program that a test runs as another user: checks the database file of its argument and asks it who is in it. Writes
 * both as JSON (`Reading` of `sqlite-files.test.ts`).
 */
const database = await openDatabase({ type: 'sqlite', path: process.argv[2] ?? '' })
const steps = await database.check()
const answer = await database
  .query('select name from people', {}, patience())
  .catch(({ code, message }: { code: string; message: string }) => ({ code, message }))
await database.close()
process.stdout.write(JSON.stringify({ steps, answer }))
