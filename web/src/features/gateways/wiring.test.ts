import { describe, expect, it } from 'vitest';
import { driverFrom, driversOf, plainMistakes, plainOf, textOf } from '@/features/gateways/wiring';

const plain = { camera: 'http://192.0.2.20/frame', plc: 'opc.tcp://192.0.2.10:4840/line', node: 'station1' };

describe('a plain wiring', () => {
  it('is one camera, and one PLC for trigger, signals and output', () => {
    const drivers = driversOf(plain);
    expect(drivers.camera).toEqual({ driver: 'http', settings: { url: 'http://192.0.2.20/frame' } });
    expect(drivers.output).toEqual(drivers.trigger);
    expect(plainOf(drivers)).toEqual(plain);
  });

  it('that says more than its fields hold is not shown in them', () => {
    const drivers = driversOf(plain);
    expect(plainOf({ ...drivers, signals: { driver: 'opcua', settings: { endpoint: 'opc.tcp://other:4840', node: 'x' } } })).toBeNull();
    expect(plainOf({ ...drivers, camera: { driver: 'http', settings: { url: plain.camera, timeout_ms: 900 } } })).toBeNull();
    expect(plainOf({ ...drivers, camera: { driver: 'none', settings: {} } })).toBeNull();
  });

  it.each([
    [plain, {}],
    [{ ...plain, camera: 'https://[2001:db8::1]:8443/frame?x=1' }, {}],
    [{ ...plain, camera: 'http://' }, { camera: 'camera_address' }],
    [{ ...plain, camera: 'rtsp://camera/stream' }, { camera: 'camera_address' }],
    [{ ...plain, plc: 'opc.tcp://plc' }, { plc: 'plc_address' }],
    [{ ...plain, plc: 'opc.tcp://plc:70000' }, { plc: 'plc_address' }],
    [{ ...plain, node: ' ' }, { node: 'node' }],
    [{ ...plain, node: 'a b' }, { node: 'node' }],
  ])('%j', (wiring, mistakes) => {
    expect(plainMistakes(wiring)).toEqual(mistakes);
  });
});

describe('a driver in words of its own', () => {
  it('comes back as it was written', () => {
    const driver = { driver: 'sparkplug', settings: { host: 'broker', port: 1883, tls: true, topic: 'a=b', node: '1', said: '"so"' } };
    expect(driverFrom(textOf(driver))).toEqual(driver);
  });

  it.each([
    [{ driver: ' ', settings: '' }, 'driver'],
    [{ driver: 'none', settings: 'nothing' }, 'setting'],
    [{ driver: 'none', settings: '= 3' }, 'setting'],
  ])('%j is a mistake', (text, mistake) => {
    expect(driverFrom(text)).toBe(mistake);
  });
});
