import { describe, expect, it } from 'vitest'
import { asking } from '../support/context.ts'
import { readListing } from '../support/contract.ts'
import { anna, backendOf, bob, login, plain, script } from './scripts.ts'

const print = (text: string, code = 0) => script(`cat <<'END'\n${text}\nEND\nexit ${code}`)

describe('the answer to a login', () => {
  const logIn = async (command: string, output: 'json' | 'plain' | 'none') => {
    const backend = await backendOf({
      auth: { command, output: { type: output }, exit: { failure: [1, 7] } },
    })
    return backend.authenticate?.(login('anna'), asking())
  }

  it.each([
    ['plain', 'true', true, null],
    ['plain', '1\nAnna Meier', true, 'Anna Meier'],
    ['plain', '', true, null],
    ['plain', 'false', false, null],
    ['plain', '0\nAnna', false, null],
    ['plain', 'yes', false, null],
    ['none', 'false', true, null],
    ['json', '{"auth":{"success":true,"profile":{"display_name":"Anna"}}}', true, 'Anna'],
    ['json', '{"auth":{"success":true,"id":{"type":"localpart","value":"root"}}}', true, null],
    ['json', '{"auth":{"success":false}}', false, null],
  ] as const)('%s: %j is %j', async (output, text, success, displayName) => {
    const answer = await logIn(await print(text), output)
    const expected = success
      ? { success, mxid: '@anna:example.org', displayName }
      : { success, reason: 'wrong-password' }
    expect(answer).toMatchObject(expected)
  })

  it.each([['json'], ['plain'], ['none']] as const)(
    '%s: the exit code says no, whatever is printed',
    async (output) => {
      expect(await logIn(await print('true', 7), output)).toEqual({
        success: false,
        reason: 'wrong-password',
      })
    },
  )

  it.each([
    ['json', ''],
    ['json', 'true'],
    ['json', '{}'],
    ['json', '{"auth":{"success":"true"}}'],
    ['plain', 'true\nAnna\nmore'],
  ] as const)('%s: %j lets nobody in', async (output, text) => {
    await expect(logIn(await print(text), output)).rejects.toMatchObject({ code: 'protocol' })
  })
})

describe('the answer to one address', () => {
  const find = async (command: string, output: 'json' | 'plain') => {
    const backend = await backendOf({ identity: { single: { command, output: { type: output } } } })
    return (await backend.findMappings?.([anna], asking()))?.map(({ mxid }) => mxid)
  }

  it.each([
    ['plain', 'anna', ['@anna:example.org']],
    ['plain', 'localpart\nanna', ['@anna:example.org']],
    ['plain', 'mxid\n@anna:elsewhere.example', ['@anna:elsewhere.example']],
    ['plain', '@anna:elsewhere.example', []],
    ['plain', '', []],
    ['json', '', []],
    ['json', '{"lookup":{}}', []],
    [
      'json',
      '{"lookup":{"medium":"email","address":"anna@school.example","id":{"type":"localpart","value":"anna"}}}',
      ['@anna:example.org'],
    ],
    [
      'json',
      '{"lookup":{"medium":"email","address":"bob@school.example","id":{"type":"localpart","value":"anna"}}}',
      [],
    ],
  ] as const)('%s: %j is %j', async (output, text, expected) => {
    expect(await find(await print(text), output)).toEqual(expected)
  })

  it('exit code 1 is nobody', async () => {
    expect(await find(await print('anna', 1), 'plain')).toEqual([])
  })

  it.each([
    ['plain', 'localpart\nanna\nmore'],
    ['json', 'anna'],
    ['json', '{"lookup":7}'],
  ] as const)('%s: %j is a failure', async (output, text) => {
    await expect(find(await print(text), output)).rejects.toMatchObject({ code: 'protocol' })
  })
})

describe('several addresses', () => {
  it('are asked one by one where there is no program for many', async () => {
    const command = await script('read -r medium; read -r address; echo "${address%%@*}"')
    const backend = await backendOf({ identity: { single: { command, input: { type: 'plain' }, ...plain } } })
    const found = await backend.findMappings?.([anna, bob], asking())
    expect(found?.map(({ mxid }) => mxid)).toEqual(['@anna:example.org', '@bob:example.org'])
  })

  it('are not asked by more programs at once than allowed', async () => {
    const command = await script(`mkdir "$0.lock" || exit 3; sleep 0.02; rmdir "$0.lock"; echo anna`)
    const backend = await backendOf({ maxProcesses: 1, identity: { single: { command, ...plain } } })
    const questions = [anna, bob, anna, bob].map((one) => backend.findMappings?.([one], asking()))
    expect(await Promise.all(questions)).toHaveLength(4)
  })
})

describe('a listing', () => {
  const list = async (command: string, maxOutput = 1024) =>
    readListing(await backendOf({ list: { command }, maxOutput }))
  const person = (user: string) =>
    `{"id":{"type":"localpart","value":"${user}"},"display_name":"${user.toUpperCase()}"}`

  it('is one person a line, as long as it likes', async () => {
    const { listed, end } = await list(
      await script(
        `i=0; while [ $i -lt 1200 ]; do i=$((i+1)); echo '{"id":{"type":"localpart","value":"p'$i'"}}'; done`,
      ),
    )
    expect(listed).toHaveLength(1200)
    expect(end).toEqual({ type: 'end', incremental: false, cursor: null })
  })

  it('is an array, over lines or in one', async () => {
    const { listed } = await list(await print(`\n[\n${person('anna')},\n${person('bob')}\n]`))
    expect(listed.map((one) => one.person?.displayName)).toEqual(['ANNA', 'BOB'])
  })

  it('may be empty, and may lack the last line end', async () => {
    expect(await list(await script('exit 0'))).toMatchObject({ listed: [], end: { type: 'end' } })
    const { listed } = await list(await script(`printf '%s' '${person('anna')}'`))
    expect(listed).toHaveLength(1)
  })

  it('reports an entry that it cannot read', async () => {
    const { listed } = await list(await print(`${person('anna')}\n{"key":"x"}`))
    expect(listed).toMatchObject([{ key: 'anna' }, { key: 'entry 2', person: null }])
  })

  it.each([
    ['says no', `echo '{}'; exit 1`],
    ['breaks', `echo '{"id":{"type":"localpart","value":"anna"}}'; exit 2`],
    ['is killed', 'kill -9 $$'],
    ['writes something else', 'echo Reading people...'],
    ['writes a line that has no end', 'head -c 5000 /dev/zero | tr "\\0" x'],
    ['writes an array that is too long', 'echo "["; yes 1,'],
    ['writes half an array', 'echo "[1,"'],
  ])('fails without an end when the program %s', async (_what, text) => {
    await expect(list(await script(text))).rejects.toMatchObject({ name: 'BackendFailure' })
  })
})
