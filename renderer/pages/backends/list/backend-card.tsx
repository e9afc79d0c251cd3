import { ActionIcon, Anchor, Badge, Group, Paper, Text } from '@mantine/core'
import { IconGripVertical } from '@tabler/icons-react'
import { Link } from 'react-router'
import { Status } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useText } from '../../../texts/use-text.tsx'
import { kinds } from '../kinds.ts'
import { statusOf, type Backend } from '../model.ts'
import { UseList } from '../use-list.tsx'
import classes from './backend-list.module.css'

export const handleId = (id: string): string => `move-${id}`

export interface BackendCardProps {
  readonly backend: Backend
  /** Counted from 0. */
  readonly place: number
  readonly canMove: boolean
  readonly onMove: (step: -1 | 1) => void
  /** Null: it was let go. */
  readonly onDrag: (id: string | null) => void
}

export function BackendCard({ backend, place, canMove, onMove, onDrag }: BackendCardProps) {
  const t = useText('backends')
  const { id, type } = backend
  const kind = kinds[type]
  const Icon = kind?.icon
  return (
    <Paper withBorder p="md" bg="var(--surface)" className={classes.card} component="article" aria-label={id}>
      {canMove && <Handle id={id} place={place} onMove={onMove} onDrag={onDrag} />}
      <div className={classes.body}>
        <Group justify="space-between" gap="xs">
          <Group gap="sm">
            {Icon !== undefined && <Icon size={20} stroke={1.5} aria-hidden />}
            <Anchor component={Link} to={`/backends/${id}`} className={classes.name}>
              {id}
            </Anchor>
            <Text size="sm" c="dimmed">
              {kind === undefined ? type : t(kind.name)}
            </Text>
          </Group>
          <Group gap="sm">
            {backend.state === 'waiting' && (
              <Badge variant="light" color="orange" tt="none">
                {t('waits')}
              </Badge>
            )}
            <StatusOf backend={backend} />
          </Group>
        </Group>
        <Facts backend={backend} />
        <UseList uses={backend.uses} />
      </div>
    </Paper>
  )
}

type HandleProps = Pick<BackendCardProps, 'place' | 'onMove' | 'onDrag'> & { readonly id: string }

/** Drags the card; by key, the arrows move it. */
function Handle({ id, place, onMove, onDrag }: HandleProps) {
  const t = useText('backends')
  return (
    <ActionIcon
      id={handleId(id)}
      variant="subtle"
      color="gray"
      className={classes.handle}
      draggable
      aria-label={t('moveHandle', { name: id, place: place + 1 })}
      onDragStart={() => onDrag(id)}
      onDragEnd={() => onDrag(null)}
      onKeyDown={(event) => {
        const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : null
        if (step === null) return
        event.preventDefault()
        onMove(step)
      }}
    >
      <IconGripVertical size={16} aria-hidden />
    </ActionIcon>
  )
}

/** What it holds, how old that is, and what is wrong. */
function Facts({ backend }: Pick<BackendCardProps, 'backend'>) {
  const t = useText('backends')
  const { id, health, sync } = backend
  const failure = sync?.failure ?? (health.state === 'problem' ? health.lastError : null)
  const problems = sync === null ? 0 : sync.conflicts + sync.rejected
  return (
    <>
      <div className={classes.facts}>
        <Held backend={backend} />
        {sync !== null && sync.succeededAt !== null && (
          <Text size="sm" c="dimmed">
            {t('syncedAt')} <Time at={sync.succeededAt} />
          </Text>
        )}
        {problems > 0 && (
          <Anchor component={Link} size="sm" to={`/backends/${id}/xray?show=problems`}>
            {t('problemCount', { count: problems })}
          </Anchor>
        )}
      </div>
      {failure !== null && (
        <Text size="sm" c="var(--status-problem)" mt={4}>
          {failure.message}
        </Text>
      )}
    </>
  )
}

function StatusOf({ backend }: { readonly backend: Backend }) {
  const t = useText('backends')
  const kind = statusOf(backend)
  if (backend.health.isLeftAlone) return <Status kind="problem" label={t('leftAlone')} />
  return <Status kind={kind} {...(kind === 'unknown' ? { label: t('notAsked') } : {})} />
}

/** How many people it knows, where that is known. */
function Held({ backend: { sync, rows } }: { readonly backend: Backend }) {
  const t = useText('backends')
  const held = rows ?? (sync?.succeededAt === null ? null : sync)
  if (held === null || held === undefined) {
    return (
      <Text size="sm" c="dimmed">
        {t(sync === null ? 'askedLive' : 'neverSynced')}
      </Text>
    )
  }
  return (
    <Text size="sm">
      {t('people', { count: held.people })}, {t('addresses', { count: held.addresses })}
    </Text>
  )
}
