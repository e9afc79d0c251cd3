import type { CrashReport, SignpostDesktop } from '../ipc/contract.ts'

declare global {
  interface Window {
    readonly signpost: SignpostDesktop
  }
}

const { signpost } = window

function write(id: string, text: string): void {
  const element = document.getElementById(id)
  // Text only: the lines of a log may hold anything.
  if (element !== null) element.textContent = text
}

function show({ what, code, cause, fix, lines, logFile }: CrashReport): void {
  write('what', code === null ? what : `${what} (error code ${code})`)
  write('cause', cause)
  write('fix', fix)
  write('lines', lines.join('\n'))
  write('file', `The whole log: ${logFile}`)
}

function onClick(id: string, act: () => Promise<void>): void {
  document.getElementById(id)?.addEventListener('click', () => void act())
}

onClick('again', () => signpost.restartServer())
onClick('log', () => signpost.showLog())
onClick('quit', () => signpost.quit())

async function begin(): Promise<void> {
  const { crash } = await signpost.view()
  if (crash !== null) show(crash)
  signpost.onView((view) => {
    if (view.crash !== null) show(view.crash)
  })
}

void begin()
