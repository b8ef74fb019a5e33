import type { Wiring } from '@/api/types';

type Driver = Wiring['camera'];
type Setting = Driver['settings'][string];

export const ROLES = ['camera', 'trigger', 'signals', 'output'] as const;
export type DriverRole = (typeof ROLES)[number];
export type Drivers = Record<DriverRole, Driver>;

/** How most stations are wired: a camera that answers with a picture, and one PLC for everything else. */
export interface PlainWiring {
  camera: string;
  plc: string;
  node: string;
}

export const NEW_WIRING: PlainWiring = { camera: 'http://', plc: 'opc.tcp://', node: 'station1' };

export function driversOf({ camera, plc, node }: PlainWiring): Drivers {
  const machine: Driver = { driver: 'opcua', settings: { endpoint: plc.trim(), node: node.trim() } };
  return { camera: { driver: 'http', settings: { url: camera.trim() } }, trigger: machine, signals: machine, output: machine };
}

/** The same wiring in plain fields; null where it says more than these can hold. */
export function plainOf(drivers: Drivers): PlainWiring | null {
  const camera = drivers.camera.settings.url;
  const { endpoint, node } = drivers.trigger.settings;
  if (typeof camera !== 'string' || typeof endpoint !== 'string' || typeof node !== 'string') return null;
  const plain = { camera, plc: endpoint, node };
  const same = driversOf(plain);
  return ROLES.every((role) => sameDriver(same[role], drivers[role])) ? plain : null;
}

function sameDriver(a: Driver, b: Driver): boolean {
  const entries = (driver: Driver) => JSON.stringify(Object.entries(driver.settings).sort(([x], [y]) => x.localeCompare(y)));
  return a.driver === b.driver && entries(a) === entries(b);
}

export type Mistake = 'camera_address' | 'plc_address' | 'node' | 'driver' | 'setting';

function isAddress(text: string, schemes: readonly string[], needsPort: boolean): boolean {
  const found = /^([a-z][a-z.]*):\/\/([^/:?#\s]+|\[[0-9a-f:]+\])(?::(\d{1,5}))?(?:[/?#]\S*)?$/i.exec(text.trim());
  if (found === null || !schemes.includes((found[1] ?? '').toLowerCase())) return false;
  const port = found[3];
  return port === undefined ? !needsPort : Number(port) >= 1 && Number(port) <= 65_535;
}

/** What the gateway would refuse, found before it is sent: by field, or empty. */
export function plainMistakes({ camera, plc, node }: PlainWiring): Partial<Record<keyof PlainWiring, Mistake>> {
  return {
    ...(isAddress(camera, ['http', 'https'], false) ? {} : { camera: 'camera_address' as const }),
    ...(isAddress(plc, ['opc.tcp'], true) ? {} : { plc: 'plc_address' as const }),
    ...(/^\S+$/.test(node.trim()) ? {} : { node: 'node' as const }),
  };
}

/** A driver as two fields: its name, and its settings as lines `name = value`; a text that reads as a figure is quoted. */
export interface DriverText {
  driver: string;
  settings: string;
}

export function textOf(driver: Driver): DriverText {
  const lines = Object.entries(driver.settings).map(([name, value]) => `${name} = ${typeof value === 'string' && valueOf(value) !== value ? `"${value}"` : String(value)}`);
  return { driver: driver.driver, settings: lines.join('\n') };
}

/** Reads the two fields; the mistake where a line is none, or the driver has no name. */
export function driverFrom(text: DriverText): Driver | Mistake {
  if (!/^\S+$/.test(text.driver.trim())) return 'driver';
  const settings: Record<string, Setting> = {};
  for (const line of text.settings.split('\n').filter((each) => each.trim() !== '')) {
    const at = line.indexOf('=');
    const name = line.slice(0, at).trim();
    if (at < 0 || name === '') return 'setting';
    settings[name] = valueOf(line.slice(at + 1).trim());
  }
  return { driver: text.driver.trim(), settings };
}

function valueOf(text: string): Setting {
  if (text === 'true' || text === 'false') return text === 'true';
  const quoted = /^"(.*)"$/.exec(text);
  if (quoted !== null) return quoted[1] ?? '';
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
