import { resolve } from 'node:path'
import type { Configuration } from 'electron-builder'
import { setFuses } from './electron-fuses.ts'
import { product, projectRoot } from './product.ts'

export interface DesktopOptions {
  /** The staged folder (`stage/stage.ts`): everything that goes into the app lies there. */
  readonly app: string
  /** Folder that gets the packages. */
  readonly out: string
  /** A folder with an Electron that is packed as it is; null: the one of node_modules, which is downloaded. */
  readonly electronDist: string | null
  /**
   * Where the app asks for new versions: the folder of a web server that gets the packages. Null: the packages carry no
   * address, and nothing is asked.
   */
  readonly updateUrl: string | null
}

const icon = (name: string) => resolve(projectRoot, 'build/icons', name)
/** electron-builder fills in what stands in braces. */
const fileName = (rest: string) => product.title + rest

/** How electron-builder makes the packages of the desktop app, for one processor at a time: each has its native file. */
export function desktopConfig({ app, out, electronDist, updateUrl }: DesktopOptions): Configuration {
  return {
    appId: product.appId,
    productName: product.title,
    copyright: product.copyright,
    directories: { app, output: out, buildResources: resolve(projectRoot, 'build/desktop') },
    ...(electronDist === null ? {} : { electronDist }),
    protocols: [{ name: product.title, schemes: [product.protocol] }],

    // A native file is loaded by the system, which does not look into the archive. Everything else stays inside, where
    // its integrity is checked.
    asar: { smartUnpack: false },
    asarUnpack: ['**/*.node'],
    // The staged folder is complete, so no library is collected, installed or rebuilt.
    beforeBuild: () => Promise.resolve(false),
    npmRebuild: false,
    files: ['**/*', 'node_modules/**/*'],
    // Languages of the console; the others would be 40 MB of Chromium's own texts.
    electronLanguages: ['en', 'en-US', 'de'],
    // Before the signature, which covers them.
    afterPack: setFuses,

    publish: updateUrl === null ? null : { provider: 'generic', url: updateUrl },

    linux: {
      target: ['AppImage', 'deb', 'rpm'],
      executableName: product.desktopName,
      icon: icon('png'),
      category: 'Network',
      synopsis: product.summary,
      maintainer: product.maintainer,
      vendor: product.copyright,
      mimeTypes: [`x-scheme-handler/${product.protocol}`],
      desktop: { entry: { Keywords: 'matrix;identity;invitation;', StartupWMClass: product.title } },
    },
    appImage: { artifactName: fileName('-${version}-${arch}.AppImage') },
    deb: {
      packageName: product.desktopName,
      artifactName: `${product.desktopName}_\${version}_\${arch}.deb`,
    },
    rpm: {
      packageName: product.desktopName,
      artifactName: `${product.desktopName}-\${version}.\${arch}.rpm`,
    },

    win: { target: ['nsis'], icon: icon('icon.ico') },
    nsis: {
      artifactName: fileName('-Setup-${version}-${arch}.exe'),
      // For the user who installs, without the rights of an administrator.
      oneClick: true,
      perMachine: false,
      // Data, keys and configuration stay, as with the other packages.
      deleteAppDataOnUninstall: false,
    },

    mac: {
      target: ['dmg'],
      icon: icon('icon.icns'),
      category: 'public.app-category.utilities',
      artifactName: fileName('-${version}-${arch}.dmg'),
      hardenedRuntime: true,
      entitlements: resolve(projectRoot, 'build/desktop/entitlements.mac.plist'),
      entitlementsInherit: resolve(projectRoot, 'build/desktop/entitlements.mac.plist'),
    },
  }
}
