/**
 * The macOS variant of a tray icon: black, with the glyph cut out of the tile. The system colours it as the menu bar
 * needs (Apple, "template images"). Reads the two groups `tile` and `glyph` that each tray icon consists of.
 */
export function templateImage(svg: string): string {
  const [tile, glyph] = [group(svg, 'tile'), group(svg, 'glyph')]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
  <mask id="cut"><rect width="16" height="16" fill="#fff"/><g fill="#000">${glyph}</g></mask>
  <g mask="url(#cut)">${tile}</g>
</svg>`
}

function group(svg: string, id: string): string {
  const content = new RegExp(`<g id="${id}"[^>]*>(.*?)</g>`, 's').exec(svg)?.[1]
  if (content === undefined) throw new Error(`the icon has no group ${id}`)
  return content
}
