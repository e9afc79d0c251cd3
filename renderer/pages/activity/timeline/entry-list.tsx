import { Anchor } from '@mantine/core'
import { Link } from 'react-router'
import type { AnswerOf } from '../../../api/client.ts'
import { Status, StatusIcon } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFacts } from '../facts.ts'
import { useActivityWords } from '../words.ts'
import classes from './entry-list.module.css'

type Entry = AnswerOf<'POST /api/activity/timeline'>['entries'][number]

/** What happened to an address, the oldest first. */
export function EntryList({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ol className={classes.list}>
      {entries.map((entry, index) => (
        // Two entries may be alike in everything but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <EntryRow key={index} entry={entry} />
      ))}
    </ol>
  )
}

function EntryRow({ entry: { at, code, params, outcome, page } }: { readonly entry: Entry }) {
  const words = useActivityWords()
  const facts = useFacts()(params)
  const title = words.title(code)
  const how = outcome === null ? null : words.outcome(code, outcome)
  return (
    <li className={classes.entry}>
      <span className={classes.mark}>
        <StatusIcon kind={how?.kind ?? 'unknown'} />
      </span>
      <div className={classes.text}>
        <div className={classes.head}>
          {page === null ? (
            <b>{title}</b>
          ) : (
            <Anchor component={Link} to={page} c="inherit" fw={600}>
              {title}
            </Anchor>
          )}
          {how !== null && how.kind !== 'ok' && <Status kind={how.kind} label={how.label} tinted />}
        </div>
        {facts.length > 0 && (
          <dl className={classes.facts}>
            {facts.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt> <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <span className={classes.time}>
        <Time at={at} as="exact" />
      </span>
    </li>
  )
}
