// A complete REST backend for Signpost: plain Node, no packages, people in a JSON file.
//
//   node server.mjs people.json 8091
//
// The file is read with every question, so that a change counts at once. Hash a password for it with
//
//   echo 's3cret' | node server.mjs --hash-password
//
// With SERVICE_TOKEN in its environment, it answers only who sends `Authorization: Bearer` and the token.

import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

const [file, port = '8091'] = process.argv.slice(2)

/** Comparable forms: `Straße` and `strasse` are one address, and so are `+49 170 1` and `491701`. */
const foldEmail = (address) => address.toUpperCase().toLowerCase()
const foldPhone = (number) => number.replace(/\D/g, '')

const addressesOf = (person) => [
  ...(person.emails ?? []).map((address) => ({ medium: 'email', address: foldEmail(address) })),
  ...(person.phones ?? []).map((number) => ({ medium: 'msisdn', address: foldPhone(number) })),
]

const idOf = (person) => ({ type: 'localpart', value: person.user })

function find(people, { medium, address }) {
  const person = people.find((one) =>
    addressesOf(one).some((own) => own.medium === medium && own.address === address),
  )
  return person && { medium, address, id: idOf(person) }
}

function isPassword(person, password) {
  const [salt, hash] = person.password.split(':').map((part) => Buffer.from(part, 'base64'))
  return timingSafeEqual(scryptSync(password, salt, hash.length), hash)
}

function logIn(people, { localpart, password }) {
  const person = people.find((one) => one.user === localpart)
  if (!person?.password || !isPassword(person, password)) return { success: false }
  const profile = { display_name: person.name, three_pids: addressesOf(person) }
  return { success: true, id: idOf(person), profile }
}

function search(people, { by, search_term, limit = 50 }) {
  const term = foldEmail(search_term)
  const textsOf = (person) =>
    by === 'name' ? [person.name] : addressesOf(person).map(({ address }) => address)
  const found = people.filter((person) => textsOf(person).some((one) => foldEmail(one).includes(term)))
  const results = found.slice(0, limit).map((person) => ({ user_id: person.user, display_name: person.name }))
  return { limited: found.length > limit, results }
}

function profileOf(people, { localpart }) {
  const person = people.find((one) => one.user === localpart)
  if (!person) return {}
  return {
    profile: { display_name: person.name, threepids: addressesOf(person), roles: person.roles ?? [] },
  }
}

/** `after` is the position to go on from: any text that this service understands again would do. */
function list(people, { limit, after = 0 }) {
  const page = people.slice(after, after + limit)
  const end = after + page.length
  return {
    people: page.map((person) => ({
      key: person.user,
      id: idOf(person),
      display_name: person.name,
      threepids: addressesOf(person),
    })),
    ...(end < people.length && { next: end }),
  }
}

const answers = {
  '/auth/login': (people, { auth }) => ({ auth: logIn(people, auth) }),
  '/directory/user/search': search,
  '/identity/single': (people, { lookup }) => ({ lookup: find(people, lookup) ?? {} }),
  '/identity/bulk': (people, { lookup }) => ({
    lookup: lookup.map((one) => find(people, one)).filter(Boolean),
  }),
  '/profile/displayName': profileOf,
  '/profile/threepids': profileOf,
  '/profile/roles': profileOf,
  '/list': (people, body) => ({ list: list(people, body.list) }),
}

async function answer(request, response) {
  const token = process.env.SERVICE_TOKEN
  if (token && request.headers.authorization !== `Bearer ${token}`) return response.writeHead(401).end('{}')
  // Both products asked under paths of their own; what follows is the same.
  const path = new URL(request.url, 'http://localhost').pathname
  const work = answers[path.replace(/^\/_(ma1sd|mxisd)\/backend\/api\/v1|^\/_signpost\/backend\/v1/, '')]
  if (request.method !== 'POST' || !work) return response.writeHead(404).end('Not found')
  const people = JSON.parse(await readFile(file, 'utf8'))
  const result = work(people, JSON.parse(await text(request)))
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result))
}

if (file === '--hash-password') {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '')
  const salt = randomBytes(16)
  console.log(`${salt.toString('base64')}:${scryptSync(password, salt, 32).toString('base64')}`)
} else {
  const server = createServer((request, response) =>
    answer(request, response).catch((error) => {
      console.error(error)
      response.writeHead(500).end('{}')
    }),
  )
  server.listen(Number(port), '127.0.0.1', () => console.log(`Listening on ${server.address().port}`))
}
