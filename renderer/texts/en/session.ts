import type { Texts } from '../format-text.ts'

export const texts = {
  signInTitle: 'Sign in',
  signInWhat: 'to the console of this identity server',
  name: 'Name',
  password: 'Password',
  signIn: 'Sign in',
  forgotten:
    'Forgotten the password? On the machine that Signpost runs on, this prints a link that sets a new one:',
  claimTitle: 'Welcome to Signpost',
  claimWhat:
    'Choose the name and password of the first administrator. The link that brought you here works only once.',
  claimHint: 'At least 10 characters. A few unrelated words are easy to remember and hard to guess.',
  repeat: 'Password again',
  repeatDiffers: 'The two passwords differ.',
  tooShort: 'At least 10 characters are needed.',
  nameMissing: 'Type a name.',
  passwordMissing: 'Type the password.',
  claim: 'Start',
  unclaimedTitle: 'Signpost waits for its first administrator',
  unclaimedWhat:
    'When it starts, Signpost prints a link that makes the first administrator. The link can be printed again on the machine that it runs on:',
  resetTitle: 'Choose a new password',
  resetWhat: 'It counts at once, and every open session ends.',
  resetAction: 'Set the password',
  linkTitle: 'Signing you in',
  linkMissing: 'This page needs the link that Signpost printed, with everything behind the #.',
  toSignIn: 'Go to the sign-in',
  confirmTitle: 'Type your password once more',
  confirmWhat: 'What you are about to do cannot be taken back easily. Signpost asks again after ten minutes.',
  confirm: 'Continue',
} as const satisfies Texts
