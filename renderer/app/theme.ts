import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core'

/** The colour of the signpost: calm, and readable with white from 7 on. */
const petrol: MantineColorsTuple = [
  '#edf7f8',
  '#dbecee',
  '#b4d8dd',
  '#8ac4cc',
  '#66b0bb',
  '#479aa6',
  '#2b8391',
  '#1b6d7a',
  '#125763',
  '#0a414b',
]

/** A dark of its own: a trace of blue, and text that reaches 4.5:1 down to shade 2. */
const dark: MantineColorsTuple = [
  '#dbe0e6',
  '#bac3cc',
  '#98a3af',
  '#66717d',
  '#3a444f',
  '#2c353f',
  '#212930',
  '#171d23',
  '#11161b',
  '#0b0f13',
]

const fonts =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'

export const theme: MantineThemeOverride = createTheme({
  primaryColor: 'petrol',
  primaryShade: { light: 7, dark: 7 },
  colors: { petrol, dark },
  fontFamily: fonts,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontFamily: fonts, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // On narrow screens a tooltip must open by touch, too.
    Tooltip: {
      defaultProps: { events: { hover: true, focus: true, touch: true }, multiline: true, maw: 320 },
    },
    // A `header` in a dialog would count as a second banner of the document.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    Modal: { defaultProps: { centered: true, radius: 'lg' } },
    Table: { defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } },
  },
})

const tinted = ['petrol', 'gray', 'red', 'orange', 'yellow', 'green', 'teal', 'blue'] as const

const each = (value: (color: string) => string) =>
  Object.fromEntries(
    tinted.map((color) => [`--mantine-color-${color}-light-color`, `var(--mantine-color-${value(color)})`]),
  )

/** Mantine's own choices for these stay below the contrast of 4.5:1 (WCAG 2.2, 1.4.3). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#4d5761',
    '--mantine-color-placeholder': '#69737d',
    '--mantine-color-error': '#b42318',
    '--mantine-color-anchor': 'var(--mantine-color-petrol-7)',
    ...each((color) => `${color}-9`),
    // Shade 9 of these is too bright for small text on their own tint.
    '--mantine-color-orange-light-color': '#8f3404',
    '--mantine-color-yellow-light-color': '#7a4f00',
    '--mantine-color-green-light-color': '#1b6b2f',
    '--mantine-color-red-light-color': '#a51d1d',
    '--mantine-color-text': '#1a2027',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': '#ff8f87',
    '--mantine-color-anchor': 'var(--mantine-color-petrol-3)',
    ...each((color) => `${color}-2`),
  },
})
