import type SMTPConnection from 'nodemailer/lib/smtp-connection'

/** The library reports a failure either to the callback or as an `error` event, and a close as `end`. */
export function settle(
  connection: SMTPConnection,
  begin: (done: (error?: Error | null) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.once('error', reject)
    connection.once('end', () => reject(new Error('The mail server closed the connection.')))
    begin((error) => {
      if (error) reject(error)
      else resolve()
    })
  })
}
