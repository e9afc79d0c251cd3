/*
 * Loaded into a real Electron before the shell (`electron --require`): writes down what the shell does with the parts
 * that a test cannot look at from outside, and answers its questions.
 */
const electron = require('electron')

const record = {
  tooltip: '',
  images: [],
  trayMenu: null,
  notifications: [],
  opened: [],
  questions: [],
  focused: 0,
}
globalThis.signpostRecord = record

const { createFromPath } = electron.nativeImage
const files = new WeakMap()
electron.nativeImage.createFromPath = (file) => {
  const image = createFromPath(file)
  files.set(image, file)
  return image
}

const { prototype } = electron.Tray
const { setImage, setToolTip, setContextMenu } = prototype
const conditionOf = (image) => /([a-z]+?)(Template)?-\d+\.png$/.exec(files.get(image) ?? '')?.[1] ?? ''
prototype.setImage = function (image) {
  record.images.push(conditionOf(image))
  return setImage.call(this, image)
}
prototype.setToolTip = function (text) {
  record.tooltip = text
  return setToolTip.call(this, text)
}
prototype.setContextMenu = function (menu) {
  record.trayMenu = menu
  return setContextMenu.call(this, menu)
}

electron.Notification.prototype.show = function () {
  record.notifications.push({ title: this.title, body: this.body })
}
electron.shell.openExternal = async (url) => void record.opened.push(url)
electron.shell.showItemInFolder = (file) => void record.opened.push(file)
electron.dialog.showMessageBox = (...args) =>
  new Promise((answer) => record.questions.push({ options: args.at(-1), answer }))

const { focus } = electron.BrowserWindow.prototype
electron.BrowserWindow.prototype.focus = function () {
  record.focused += 1
  return focus.call(this)
}
