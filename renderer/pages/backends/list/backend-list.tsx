import { Stack, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ErrorState } from '../../../components/error-state.tsx'
import { useText } from '../../../texts/use-text.tsx'
import type { Backend } from '../model.ts'
import { BackendCard, handleId } from './backend-card.tsx'
import classes from './backend-list.module.css'
import { useOrder } from './use-order.ts'

/** The backends as cards that can be dragged, or moved by the arrow keys, into another order. */
export function BackendList({ backends }: { readonly backends: readonly Backend[] }) {
  const t = useText('backends')
  const { order, move, error } = useOrder(backends.map(({ id }) => id))
  const [dragged, setDragged] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const [moved, setMoved] = useState<{ readonly id: string } | null>(null)
  // Moving it in the document takes the focus away from it.
  useEffect(() => {
    if (moved !== null) document.getElementById(handleId(moved.id))?.focus()
  }, [moved])
  const byId = new Map(backends.map((backend) => [backend.id, backend]))

  function moveTo(id: string, place: number) {
    if (place < 0 || place >= order.length || order.indexOf(id) === place) return
    move(id, place)
    setMoved({ id })
    setSaid(t('moved', { name: id, place: place + 1, count: order.length }))
  }

  return (
    <Stack gap="sm">
      {error !== null && <ErrorState error={error} />}
      {backends.length > 1 && (
        <Text size="sm" c="dimmed">
          {t('orderHint')}
        </Text>
      )}
      <ol className={classes.list}>
        {order.map((id, place) => {
          const backend = byId.get(id)
          if (backend === undefined) return null
          return (
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- by key the handle does the same
            <li
              key={id}
              data-dragged={dragged === id || undefined}
              onDragOver={(event) => {
                if (dragged !== null) event.preventDefault()
              }}
              onDrop={(event) => {
                event.preventDefault()
                if (dragged !== null) moveTo(dragged, place)
              }}
            >
              <BackendCard
                backend={backend}
                place={place}
                canMove={order.length > 1}
                onMove={(step) => moveTo(id, place + step)}
                onDrag={setDragged}
              />
            </li>
          )
        })}
      </ol>
      <span role="status" className="visually-hidden">
        {said}
      </span>
    </Stack>
  )
}
