import type { Layout } from './layout.ts'
import classes from './picture.module.css'

/** Busier connections flow faster; the steps are far enough apart to be told from each other. */
const paces = [
  [600, 'fast'],
  [30, 'steady'],
  [1, 'slow'],
] as const

/** The arrows as lines. What they say stands beside them as text. */
export function Lines({ layout: { width, height, arrows, sideway } }: { readonly layout: Layout }) {
  return (
    <svg className={classes.lines} width={width} height={height} aria-hidden>
      {sideway !== null && <path className={classes.sideway} d={sideway} />}
      {arrows.map(({ arrow: { id, state, perMinute }, path }) => (
        <g key={id} className={classes.arrow} data-state={state}>
          <path className={classes.line} d={path} />
          {perMinute > 0 && (
            <path
              className={classes.flow}
              data-pace={paces.find(([from]) => perMinute >= from)?.[1]}
              d={path}
            />
          )}
          <path className={classes.tip} d="M -7 -4.5 L 0 0 L -7 4.5" transform={tipOf(path)} />
        </g>
      ))}
    </svg>
  )
}

/** At the last point of the path, in the direction of its last piece: to the right or to the left. */
function tipOf(path: string): string {
  const numbers = path.match(/-?[\d.]+/g)?.map(Number) ?? []
  const [beforeX = 0, , x = 0, y = 0] = numbers.slice(-4)
  return `translate(${x} ${y})${x < beforeX ? ' rotate(180)' : ''}`
}
