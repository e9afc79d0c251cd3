import { useFormats, useText } from '../../../texts/use-text.tsx'
import type { XrayRow } from '../model.ts'
import { useAddressText } from '../reveal.tsx'
import classes from './xray.module.css'

/** What of an entry is left out and why, and who is in its way. */
export function RowProblems({ row: { rejections, contested, twins, mxid } }: { readonly row: XrayRow }) {
  const t = useText('backends')
  const formats = useFormats()
  const addressText = useAddressText()
  if (rejections.length + contested.length + twins.length === 0) return null
  return (
    <ul className={classes.values}>
      {rejections.map(({ field, value, reason }) => (
        <li key={`${field} ${value}`} className={classes.problem}>
          {t('rejected', { value: field === 'user' ? value : addressText(value), reason })}
        </li>
      ))}
      {contested.map(({ medium, address, mxids }) => (
        <li key={`${medium} ${address}`} className={classes.problem}>
          {t('contested', {
            address: addressText(address),
            others: formats.list(mxids.filter((other) => other !== mxid)),
            answer: mxids[0] ?? '',
          })}
        </li>
      ))}
      {twins.length > 0 && <li className={classes.problem}>{t('twins', { count: twins.length })}</li>}
    </ul>
  )
}
