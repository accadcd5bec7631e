/**
 * Icons on a 20 px grid, drawn with strokes; one meaning each. Only markup of ours stands here: it is set as HTML.
 */
export const icons = {
  search: '<circle cx="9" cy="9" r="5.5"/><path d="M13 13l4 4"/>',
  plus: '<path d="M10 4v12M4 10h12"/>',
  star: '<path d="M10 3l2.1 4.4 4.9.7-3.5 3.4.8 4.8L10 14l-4.3 2.3.8-4.8L3 8.1l4.9-.7z"/>',
  lock: '<rect x="4.5" y="9" width="11" height="8" rx="1.5"/><path d="M7 9V6.5a3 3 0 0 1 6 0V9"/>',
  unlock: '<rect x="4.5" y="9" width="11" height="8" rx="1.5"/><path d="M7 9V6.5a3 3 0 0 1 5.8-1"/>',
  key: '<circle cx="7" cy="13" r="3.2"/><path d="M9.3 10.7l7.2-7.2M13.5 6.5l2 2M11.5 8.5l1.5 1.5"/>',
  copy: '<rect x="7" y="7" width="9.5" height="9.5" rx="1.5"/><path d="M13 4.5a1 1 0 0 0-1-1H5A1.5 1.5 0 0 0 3.5 5v7a1 1 0 0 0 1 1"/>',
  check: '<path d="M4 10.5l4 4 8-9"/>',
  x: '<path d="M5 5l10 10M15 5L5 15"/>',
  right: '<path d="M8 5l5 5-5 5"/>',
  left: '<path d="M12 5l-5 5 5 5"/>',
  down: '<path d="M5 8l5 5 5-5"/>',
  up: '<path d="M5 12l5-5 5 5"/>',
  camera:
    '<path d="M3 7a1.5 1.5 0 0 1 1.5-1.5h2L8 3.5h4l1.5 2h2A1.5 1.5 0 0 1 17 7v7.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14.5z"/><circle cx="10" cy="10.5" r="2.8"/>',
  screen: '<rect x="2.5" y="3.5" width="15" height="10.5" rx="1.5"/><path d="M7 17h6M10 14v3"/>',
  image:
    '<rect x="3" y="3.5" width="14" height="13" rx="1.5"/><circle cx="7.2" cy="7.7" r="1.3"/><path d="M3.5 14.5l4-4 3 3 2.5-2.5 3.5 3.5"/>',
  clipboard:
    '<path d="M7 4H5.5A1.5 1.5 0 0 0 4 5.5v10A1.5 1.5 0 0 0 5.5 17h9a1.5 1.5 0 0 0 1.5-1.5v-10A1.5 1.5 0 0 0 14.5 4H13"/><rect x="7" y="2.5" width="6" height="3" rx=".8"/>',
  keyboard:
    '<rect x="2" y="5" width="16" height="10" rx="1.5"/><path d="M5 8h.01M8 8h.01M11 8h.01M14.5 8h.01M5 12h.01M7.5 12h5M15 12h.01"/>',
  eye: '<path d="M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10z"/><circle cx="10" cy="10" r="2.4"/>',
  eyeoff:
    '<path d="M3 3l14 14M8.2 4.7c.6-.1 1.2-.2 1.8-.2 5 0 8 5.5 8 5.5a14 14 0 0 1-2.3 2.9M5.2 6.3A13.5 13.5 0 0 0 2 10s3 5.5 8 5.5c1.5 0 2.8-.5 3.9-1.1M8.3 8.3a2.4 2.4 0 0 0 3.4 3.4"/>',
  edit: '<path d="M4 16l.7-3L13 4.7a1.4 1.4 0 0 1 2 0l.3.3a1.4 1.4 0 0 1 0 2L7 15.3zM11.5 6.2l2.3 2.3"/>',
  trash:
    '<path d="M3.5 5.5h13M8 5.5V4a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v1.5M5 5.5l.8 10a1.5 1.5 0 0 0 1.5 1.4h5.4a1.5 1.5 0 0 0 1.5-1.4l.8-10M8.5 9v4.5M11.5 9v4.5"/>',
  qr: '<rect x="3" y="3" width="5" height="5" rx=".6"/><rect x="12" y="3" width="5" height="5" rx=".6"/><rect x="3" y="12" width="5" height="5" rx=".6"/><path d="M12 12h2.5v2.5M17 12v2.5M12 17h2M17 17h-.5"/>',
  shield: '<path d="M10 2.5l6 2.2v4.5c0 4-2.6 6.9-6 8.3-3.4-1.4-6-4.3-6-8.3V4.7z"/>',
  shieldok: '<path d="M10 2.5l6 2.2v4.5c0 4-2.6 6.9-6 8.3-3.4-1.4-6-4.3-6-8.3V4.7z"/><path d="M7.3 10l2 2 3.5-4"/>',
  archive:
    '<rect x="2.5" y="3.5" width="15" height="4" rx="1"/><path d="M4 7.5V15a1.5 1.5 0 0 0 1.5 1.5h9A1.5 1.5 0 0 0 16 15V7.5M8 10.5h4"/>',
  sliders: '<path d="M3 6h7M14 6h3M3 14h3M10 14h7"/><circle cx="12" cy="6" r="2"/><circle cx="8" cy="14" r="2"/>',
  clock: '<circle cx="10" cy="10" r="7"/><path d="M10 6v4.2l2.8 1.7"/>',
  alert: '<path d="M10 3.2l7.3 13H2.7zM10 8.2v3.8M10 14.1v.01"/>',
  info: '<circle cx="10" cy="10" r="7"/><path d="M10 9.2v4.3M10 6.5v.01"/>',
  ban: '<circle cx="10" cy="10" r="7"/><path d="M5.2 5.2l9.6 9.6"/>',
  print:
    '<path d="M6 7V3h8v4M6 14H4.5A1.5 1.5 0 0 1 3 12.5v-4A1.5 1.5 0 0 1 4.5 7h11A1.5 1.5 0 0 1 17 8.5v4a1.5 1.5 0 0 1-1.5 1.5H14"/><rect x="6" y="11.5" width="8" height="5.5"/>',
  download: '<path d="M10 3v10M6 9.5l4 4 4-4M3.5 16.5h13"/>',
  folder:
    '<path d="M2.5 5.5A1.5 1.5 0 0 1 4 4h3.5l2 2H16a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 16 16H4a1.5 1.5 0 0 1-1.5-1.5z"/>',
  refresh: '<path d="M16 5.5V9h-3.5M4 14.5V11h3.5M15.6 8.8A6 6 0 0 0 5 7M4.4 11.2A6 6 0 0 0 15 13"/>',
  undo: '<path d="M4 8h8.5a3.7 3.7 0 0 1 0 7.5H8M4 8l3.5-3.5M4 8l3.5 3.5"/>',
  more: '<path d="M4.5 10h.01M10 10h.01M15.5 10h.01" stroke-width="2.4"/>',
  sort: '<path d="M6 4v12M3 13l3 3 3-3M14 16V4M11 7l3-3 3 3"/>',
  grip: '<path d="M7.5 5h.01M7.5 10h.01M7.5 15h.01M12.5 5h.01M12.5 10h.01M12.5 15h.01" stroke-width="2.2"/>',
  file: '<path d="M11.5 2.5H6A1.5 1.5 0 0 0 4.5 4v12A1.5 1.5 0 0 0 6 17.5h8a1.5 1.5 0 0 0 1.5-1.5V6.5zM11.5 2.5v4h4"/>',
  history: '<path d="M4 5.5V9h3.5M4.3 9A6 6 0 1 1 4.4 12M10.3 7v3.3l2.2 1.4"/>',
  tag: '<path d="M3 9.5V4a1 1 0 0 1 1-1h5.5l7.5 7.5-6.5 6.5zM6.8 6.8h.01"/>',
  go: '<path d="M4 10h12M11 5l5 5-5 5"/>',
  phone: '<rect x="6" y="2.5" width="8" height="15" rx="1.8"/><path d="M9 15h2"/>',
  mail: '<rect x="2.5" y="4.5" width="15" height="11" rx="1.5"/><path d="M3 6l7 5 7-5"/>',
  token:
    '<rect x="2.5" y="6.5" width="11" height="7" rx="1.5"/><path d="M13.5 8.5H17v3h-3.5"/><circle cx="6.2" cy="10" r="1"/>',
  users:
    '<circle cx="7.5" cy="7" r="2.7"/><path d="M2.5 16c0-2.8 2.2-4.5 5-4.5s5 1.7 5 4.5M12.5 4.5a2.7 2.7 0 0 1 0 5M14.5 12c1.8.6 3 2 3 4"/>',
  user: '<circle cx="10" cy="6.8" r="3"/><path d="M4 16.5c0-3.2 2.7-5 6-5s6 1.8 6 5"/>',
  ticket:
    '<path d="M3 6.5a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1v1.8a1.7 1.7 0 0 0 0 3.4v1.8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1v-1.8a1.7 1.7 0 0 0 0-3.4zM12.5 6v1.2M12.5 9.4v1.2M12.5 12.8V14"/>',
  buoy: '<circle cx="10" cy="10" r="7"/><circle cx="10" cy="10" r="3"/><path d="M5.1 5.1l2.8 2.8M12.1 12.1l2.8 2.8M14.9 5.1l-2.8 2.8M7.9 12.1l-2.8 2.8"/>',
  stamp:
    '<path d="M4 16.5h12M5 13.5h10v-1.5a1 1 0 0 0-1-1h-2c-.5-1 .5-2.4.5-4.2a2.5 2.5 0 0 0-5 0c0 1.8 1 3.2.5 4.2H6a1 1 0 0 0-1 1z"/>',
  upload: '<path d="M10 13.5v-10M6 7l4-4 4 4M3.5 16.5h13"/>',
  usb: '<rect x="6" y="7.5" width="8" height="9.5" rx="1.5"/><path d="M7.5 7.5V3h5v4.5"/>',
  cloud: '<path d="M6 15.5a3.5 3.5 0 0 1-.3-7A4.6 4.6 0 0 1 14.5 9a3.3 3.3 0 0 1-.3 6.5z"/>',
  link: '<path d="M8.5 11.5a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10 5.7M11.5 8.5a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3L10 14.3"/>',
  globe: '<circle cx="10" cy="10" r="7"/><path d="M3 10h14M10 3c2 2 3 4.5 3 7s-1 5-3 7c-2-2-3-4.5-3-7s1-5 3-7z"/>',
  filter: '<path d="M3 5.5h14M6 10h8M8.5 14.5h3"/>',
  zoomin: '<circle cx="9" cy="9" r="5.5"/><path d="M13 13l4 4M9 6.7v4.6M6.7 9h4.6"/>',
  zoomout: '<circle cx="9" cy="9" r="5.5"/><path d="M13 13l4 4M6.7 9h4.6"/>',
  rotate: '<path d="M15.5 11a5.5 5.5 0 1 1-1.8-4.6L16 8.5M16 4.5v4h-4"/>',
  seal: '<circle cx="10" cy="7.8" r="4.8"/><path d="M7.2 11.8L6 17.5l4-2.2 4 2.2-1.2-5.7M8 7.9l1.5 1.5L12.2 6.5"/>',
  inbox:
    '<path d="M2.5 11l2.3-6.4a1 1 0 0 1 .9-.6h8.6a1 1 0 0 1 .9.6L17.5 11v4a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1zM2.5 11H7l1 2h4l1-2h4.5"/>',
  building:
    '<path d="M4.5 17V4A1 1 0 0 1 5.5 3h9a1 1 0 0 1 1 1v13M3 17h14M8 6.5h.01M12 6.5h.01M8 10h.01M12 10h.01M8.5 17v-3.5h3V17"/>',
  id: '<rect x="2.5" y="4.5" width="15" height="11" rx="1.5"/><circle cx="7" cy="8.7" r="1.6"/><path d="M4.5 12.8c.3-1.1 1.3-1.7 2.5-1.7s2.2.6 2.5 1.7M12 8.5h3M12 11.5h3"/>',
  logout: '<path d="M8 3.5H5A1.5 1.5 0 0 0 3.5 5v10A1.5 1.5 0 0 0 5 16.5h3M12 6.5l3.5 3.5-3.5 3.5M15.5 10H8"/>',
  bell: '<path d="M5 13.5V9a5 5 0 0 1 10 0v4.5l1.2 1.2H3.8zM8.5 16.8c.8.7 2.2.7 3 0"/>',
  chip: '<rect x="4" y="4" width="12" height="12" rx="1.5"/><path d="M7.5 7.5h5v5h-5zM7.5 2v2M12.5 2v2M7.5 16v2M12.5 16v2M2 7.5h2M2 12.5h2M16 7.5h2M16 12.5h2"/>',
} as const;

export type IconName = keyof typeof icons;
