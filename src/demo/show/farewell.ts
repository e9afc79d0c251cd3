import type { DemoWorld } from '../world.ts'
import { createPaint, wrap } from './layout.ts'

export interface FarewellOptions {
  readonly coloured: boolean
  readonly keep: boolean
  /** For the commands that are printed when the demo keeps running; null when it ends here. */
  readonly access: { readonly token: string; readonly pepper: string } | null
}

/** The last screen: what it was good for, where everything is, and how to go on. */
export function farewellText(world: DemoWorld, options: FarewellOptions): readonly string[] {
  const paint = createPaint(options.coloured)
  const say = (text: string) => wrap(text, 76).map((line) => `  ${line}`)
  return [
    '',
    `  ${paint('bold', 'Do you need this?')}`,
    ...say(
      'Yes, if people should find each other by e-mail address or phone number, or be invited by e-mail. No, if ' +
        'everybody knows the Matrix IDs they need: a homeserver works without an identity server.',
    ),
    ...(options.access === null ? ended(world, options.keep, paint) : serving(world, options.access, paint)),
  ]
}

type Access = NonNullable<FarewellOptions['access']>
type Paint = ReturnType<typeof createPaint>

function ended({ dataDir }: DemoWorld, keep: boolean, paint: Paint): string[] {
  const kept = keep
    ? [`  What is left of it:  ${dataDir}`, `  Look inside:         npm start -- list show --data ${dataDir}`]
    : ['  Everything of the demo is gone again. --keep leaves its folder behind.']
  return [
    '',
    `  ${paint('bold', 'How to go on')}`,
    ...kept,
    '  npm run demo -- --step     at your own pace, with the Enter key',
    '  npm run demo -- --serve    keep it running, and ask it yourself',
    '  npm start                  begin with your own Signpost',
    '',
  ]
}

function serving(world: DemoWorld, { token, pepper }: Access, paint: Paint): string[] {
  const { signpost, admin, homeserver, mailbox, dataDir } = world
  const body = (members: object) => `'${JSON.stringify(members)}'`
  const lookup = { algorithm: 'none', pepper, addresses: ['jürgen.müller@linden.example email'] }
  const proof = { client_secret: 'demo', email: 'you@post.example', send_attempt: 1 }
  return [
    '',
    `  ${paint('bold', 'It keeps running. Ask it yourself:')}`,
    '',
    `  Signpost    ${signpost}`,
    `  metrics     ${admin}/metrics`,
    `  homeserver  ${homeserver.url}`,
    `  mailbox     ${mailbox.folder}`,
    `  people      ${dataDir}/people.csv`,
    '',
    '  Ready to paste, in another terminal:',
    '',
    `API=${signpost}/_matrix/identity/v2`,
    `AUTH='Authorization: Bearer ${token}'`,
    '',
    paint('dim', '# Who am I? (Anna)'),
    'curl -s -H "$AUTH" $API/account; echo',
    '',
    paint('dim', '# Who has this address?'),
    `curl -s -H "$AUTH" $API/lookup -d \\`,
    `  ${body(lookup)}; echo`,
    '',
    paint('dim', '# Send me a mail, and show how it begins'),
    `curl -s -H "$AUTH" -H 'Content-Type: application/json' \\`,
    `  $API/validate/email/requestToken -d \\`,
    `  ${body(proof)}; echo`,
    `ls -t ${mailbox.folder}/*.eml | head -1 | xargs head -28`,
    '',
    '  Stop with Ctrl+C. The folder goes away with it, unless you said --keep.',
    '',
  ]
}
