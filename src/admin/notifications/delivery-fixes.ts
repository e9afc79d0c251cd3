/** What to do about a `DeliveryError`, by its code. */
const fixes: Readonly<Record<string, string>> = {
  configuration: 'Complete the setting that is named, and try again.',
  'smtp-connection':
    'Check the name of the mail server and its port. A provider or a firewall may close port 25; 465 and 587 are for sending.',
  'smtp-timeout':
    'Check the port: with TLS from the first byte (465) where STARTTLS is wanted, or the other way round, nothing happens.',
  'smtp-tls':
    'Use security "implicit" with port 465 and "starttls" with 587 or 25; name a private authority in caFile.',
  'smtp-login':
    'Type user name and password anew. Large providers want a password of its own for programs ("app password").',
  'smtp-rejected':
    'Use a sender address that this account may use, and log in if the server only takes mail of people it knows.',
  'smtp-message': 'Check the address of the sender and of the recipient.',
  'message-refused': 'Write a single e-mail address, without a name.',
  'switched-off': 'Choose a way for mail to go out.',
  'service-rejected': 'Check the key and what it is allowed to do, and the sender that the service knows.',
  'service-unreachable': 'Check the address of the service, and that this machine may reach it.',
}

export function deliveryFix(code: string): string {
  return fixes[code] ?? 'See what is said above, and in the log of the mail server.'
}
