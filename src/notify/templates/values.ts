import {
  displayName,
  formEncode,
  identifier,
  keyword,
  percentEncode,
  plainLine,
  webLink,
  webOrigin,
} from './text.ts'

/** What a template can name. Lower case: Sydent's names and Signpost's own. Upper case: mxisd's. */
export type TemplateValues = Readonly<Record<string, string>>

export interface Recipient {
  readonly medium: 'email' | 'msisdn'
  /** The e-mail address, or the digits of a phone number. */
  readonly address: string
}

export interface ValidationFacts extends Recipient {
  /** The link that validates by being opened. Empty for text messages. */
  readonly link: string
  readonly token: string
  /** Address of the client that asked; empty when it is not known. */
  readonly ip: string
  /** How long link and code work, in hours. */
  readonly hours?: number
}

export function validationValues(facts: ValidationFacts): TemplateValues {
  const link = webLink(facts.link)
  const token = plainLine(facts.token)
  return {
    ...recipientValues(facts),
    link,
    token,
    ipaddress: plainLine(facts.ip),
    hours: facts.hours === undefined ? '' : String(Math.floor(facts.hours)),
    VALIDATION_LINK: link,
    VALIDATION_TOKEN: token,
    NEXT_URL: link,
  }
}

export interface InvitationFacts extends Recipient {
  /** The arguments of `store-invite`, as they came; strings among them are available under their own names. */
  readonly request: Readonly<Record<string, unknown>>
  readonly token: string
  /** URL-safe unpadded base64 of the seed; empty when it is not to be mailed. */
  readonly ephemeralPrivateKey: string
  /** True when `sender` is the owner of the access token (v2), false when anybody may have written it (v1). */
  readonly senderVerified: boolean
  /** `invitations.webClient`, used when the request names no web client. */
  readonly webClient: string
  /** `invitations.registerUrl` */
  readonly registerUrl: string | null
  /** Base URL of the public listener. */
  readonly publicUrl: string
}

/** How long names may be, and to what they are cut. */
const senderLength = { longest: 20, cutTo: 19 } as const
const roomLength = { longest: 30, cutTo: 25 } as const
const argumentLength = { longest: 255, cutTo: 254 } as const

export function invitationValues(facts: InvitationFacts): TemplateValues {
  const text = (name: string) => stringArgument(facts.request, name)
  const sender = identifier('@', text('sender'))
  const senderName = displayName(text('sender_display_name'), senderLength.longest, senderLength.cutTo)
  const roomId = identifier('!', text('room_id'))
  const roomName = displayName(text('room_name'), roomLength.longest, roomLength.cutTo)
  const webClient = webOrigin(text('org.matrix.web_client_location')) || webOrigin(facts.webClient)
  const shown = {
    ...otherArguments(facts.request),
    sender,
    sender_display_name: senderName,
    room_id: roomId,
    room_name: roomName,
    room_alias: identifier('#', text('room_alias')),
    room_type: keyword(text('room_type')),
    room_join_rules: keyword(text('room_join_rules')),
    room_avatar_url: mediaUrl(text('room_avatar_url')),
    sender_avatar_url: mediaUrl(text('sender_avatar_url')),
    guest_user_id: identifier('@', text('guest_user_id')),
    guest_access_token: keyword(text('guest_access_token')),
    token: facts.token,
    ephemeral_private_key: facts.ephemeralPrivateKey,
    web_client_location: webClient,
    'org.matrix.web_client_location': webClient,
  }
  const link = invitationLink(facts, shown)
  const registerUrl = webLink(facts.registerUrl ?? '')
  return {
    ...shown,
    ...recipientValues(facts),
    link,
    register_url: registerUrl,
    room_kind: roomKind(shown),
    sender_verified: facts.senderVerified ? 'yes' : '',
    bracketed_room_name: roomName === '' ? '' : `(${roomName}) `,
    bracketed_verified_sender: facts.senderVerified && sender !== '' ? `(${sender}) ` : '',
    SENDER_ID: sender,
    SENDER_NAME: senderName,
    SENDER_NAME_OR_ID: senderName || sender,
    ROOM_ID: roomId,
    ROOM_NAME: roomName,
    ROOM_NAME_OR_ID: roomName || roomId,
    INVITE_MEDIUM: facts.medium,
    INVITE_MEDIUM_URL_ENCODED: formEncode(facts.medium),
    INVITE_ADDRESS: plainLine(facts.address),
    INVITE_ADDRESS_URL_ENCODED: formEncode(facts.address),
    ...(registerUrl === '' ? {} : { REGISTER_URL: registerUrl }),
  }
}

export interface InvitationByIdFacts extends Recipient {
  /** The invited person. */
  readonly userId: string
  /** `sender`, `room_id` and the names of room and sender, as `InvitationFacts.request` has them. */
  readonly request: Readonly<Record<string, unknown>>
  /** `invitations.webClient` */
  readonly webClient: string
}

/** For somebody who was invited by Matrix ID: nothing in the mail proves an address, and nothing has to be signed. */
export function invitationByIdValues({ userId, webClient, ...facts }: InvitationByIdFacts): TemplateValues {
  const shown = invitationValues({
    ...facts,
    webClient: '',
    token: '',
    ephemeralPrivateKey: '',
    senderVerified: true,
    registerUrl: null,
    publicUrl: '',
  })
  const client = webOrigin(webClient)
  const room = percentEncode(shown.room_id ?? '').replaceAll('/', '%2F')
  return { ...shown, mxid: identifier('@', userId), link: client === '' ? '' : `${client}/#/room/${room}` }
}

/** The pages on which an invited person signs up. */
export interface SignUpFacts {
  /** The invited address. */
  readonly address: string
  readonly inviter: string
  readonly roomName: string
  /** Of the link. */
  readonly token: string
  /** What the person typed before. */
  readonly localpart: string
  /** Why it did not work, as a code; empty before the first try. */
  readonly problem: string
}

export function signUpValues(facts: SignUpFacts): TemplateValues {
  return {
    ...recipientValues({ medium: 'email', address: facts.address }),
    sender_display_name: displayName(facts.inviter, senderLength.longest, senderLength.cutTo),
    room_name: displayName(facts.roomName, roomLength.longest, roomLength.cutTo),
    token: keyword(facts.token),
    localpart: plainLine(facts.localpart),
    problem: keyword(facts.problem),
  }
}

/** For a changed association: the Matrix ID an address was published for, or no longer is. */
export interface AssociationFacts extends Recipient {
  readonly userId: string
}

export function unbindValues(facts: AssociationFacts): TemplateValues {
  return { ...recipientValues(facts), mxid: identifier('@', facts.userId) }
}

export function bindValues(facts: AssociationFacts): TemplateValues {
  return { ...recipientValues(facts), mxid: identifier('@', facts.userId) }
}

/** Wording by what one is invited to: without a name or an alias it is a conversation between people, not a place. */
function roomKind(room: {
  room_type: string
  room_name: string
  room_alias: string
}): 'space' | 'direct' | 'room' {
  if (room.room_type === 'm.space') return 'space'
  return room.room_name === '' && room.room_alias === '' ? 'direct' : 'room'
}

/**
 * Where the button leads: the room in the web client, which asks the invited person to sign in or up and then has the
 * invitation signed over to the new Matrix ID with the key that stands in `signurl`.
 */
function invitationLink(facts: InvitationFacts, shown: TemplateValues): string {
  const client = shown.web_client_location ?? ''
  if (client === '' || (shown.room_id ?? '') === '') return webLink(facts.registerUrl ?? '') || client
  const signUrl = new URL(`${facts.publicUrl}/_matrix/identity/api/v1/sign-ed25519`)
  signUrl.searchParams.set('token', facts.token)
  signUrl.searchParams.set('private_key', facts.ephemeralPrivateKey)
  const query: readonly (readonly [string, string | undefined])[] = [
    ['email', facts.medium === 'email' ? facts.address : ''],
    ['signurl', facts.ephemeralPrivateKey === '' ? '' : signUrl.href],
    ['room_name', shown.room_name],
    ['room_avatar_url', shown.room_avatar_url],
    ['inviter_name', shown.sender_display_name],
    ['guest_access_token', shown.guest_access_token],
    ['guest_user_id', shown.guest_user_id],
    ['room_type', shown.room_type],
  ]
  const encode = (value: string) => encodeURIComponent(value.toWellFormed())
  const written = query.flatMap(([name, value]) => (value ? [`${name}=${encode(value)}`] : []))
  return `${client}/#/room/${percentEncode(shown.room_id ?? '').replaceAll('/', '%2F')}?${written.join('&')}`
}

function recipientValues({ medium, address }: Recipient): Record<string, string> {
  const shown = plainLine(address)
  return {
    medium,
    address: shown,
    RECIPIENT_MEDIUM: medium,
    RECIPIENT_MEDIUM_URL_ENCODED: formEncode(medium),
    RECIPIENT_ADDRESS: shown,
    RECIPIENT_ADDRESS_URL_ENCODED: formEncode(shown),
  }
}

/** Names that belong to Signpost: an argument of the request must not speak in its place. */
const reservedArguments: ReadonlySet<string> = new Set(
  'domain public_url from from_name to subject subject_header_value messageid date multipart_boundary message title language lang notice ipaddress hours mxid label note code who'.split(
    ' ',
  ),
)

/** Arguments nobody has specified: an operator's template may name them, so they are cleaned like names. */
function otherArguments(request: Readonly<Record<string, unknown>>): Record<string, string> {
  const names = Object.keys(request).filter(
    (name) => /^[a-z][A-Za-z0-9_.-]{0,63}$/.test(name) && !reservedArguments.has(name),
  )
  return Object.fromEntries(
    names
      .filter((name) => typeof request[name] === 'string')
      .map((name) => [
        name,
        displayName(stringArgument(request, name), argumentLength.longest, argumentLength.cutTo),
      ]),
  )
}

function stringArgument(request: Readonly<Record<string, unknown>>, name: string): string {
  const value = Object.hasOwn(request, name) ? request[name] : undefined
  return typeof value === 'string' ? value.slice(0, 2000) : ''
}

/** Avatars are Matrix content or the web; anything else could be clicked or run. */
function mediaUrl(text: string): string {
  return /^mxc:\/\/[A-Za-z0-9.:[\]-]+\/[A-Za-z0-9_.~-]+$/.test(text) ? text : webLink(text)
}
