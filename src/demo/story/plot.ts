import { createActor, type Actor } from '../actor.ts'
import type { Scene } from '../scene.ts'
import type { DemoWorld } from '../world.ts'

/** What the steps of the story share. */
export interface Plot {
  readonly world: DemoWorld
  readonly scene: Scene
  readonly signal: AbortSignal
  /** Teacher of class 5b. */
  readonly anna: Actor
  /** A colleague of hers. */
  readonly mateo: Actor
  /** Parents, who are in no list. */
  readonly samira: Actor
  readonly tomasz: Actor
  /** The room of the class trip, once there is one. */
  roomId: string
}

export interface Step {
  /** Stable, for scripts. */
  readonly id: string
  readonly title: string
  readonly tell: (plot: Plot) => Promise<void>
}

/** Anna's private address, which the school's list does not hold. */
export const annasOwnAddress = 'anna.keller@post.example'
export const samirasAddress = 'samira.haddad@post.example'
export const tomaszAddress = 'tomasz.nowak@post.example'

export function createPlot(world: DemoWorld, scene: Scene, signal: AbortSignal): Plot {
  return {
    world,
    scene,
    signal,
    anna: createActor(world, 'Anna', 'anna.keller'),
    mateo: createActor(world, 'Mateo', 'mateo.fernandez'),
    samira: createActor(world, 'Samira', 'samira.haddad'),
    tomasz: createActor(world, 'Tomasz', 'tomasz.nowak'),
    roomId: '',
  }
}
