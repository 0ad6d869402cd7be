import { createServer } from 'node:http';
import { createInstrument } from '../../../../lib/agent/instrument.js';
import { findLimits } from '../../../../lib/agent/limits.js';
import { createMeter } from '../../../../lib/agent/meter.js';
import { createTraffic } from '../../../../lib/agent/traffic.js';
import { RECORDED, type Recorded } from './recorded-work.js';

// A service in a process of its own, measured as the agent measures any service. It tells its port once,
// and a measurement whenever it is asked for one.

const name = process.argv[2] as Recorded;
const { work, memoryMb } = RECORDED[name];
const service = work();
const traffic = createTraffic();
const meter = createMeter({
  limits: { ...findLimits(), memoryBytes: memoryMb * 1024 * 1024 },
  traffic,
  poolUsage: () => ('poolUsage' in service ? (service.poolUsage?.() ?? null) : null),
});

const server = createServer((_request, response) => {
  service.handle().then(
    (status) => response.writeHead(status).end(),
    () => response.writeHead(500).end(),
  );
});
createInstrument(traffic.observe).attach(server);
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address() }));
process.on('message', () => process.send?.({ values: meter.measure() }));
process.on('disconnect', () => process.exit(0));
