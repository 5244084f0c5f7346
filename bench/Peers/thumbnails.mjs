// Makes thumbnails with sharp, in memory. Arguments: a folder that has the npm package, a photo, a size, how often. The
// line that it writes has the milliseconds of each time, and the megabytes that the process held at most.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [folder, photo, size, count] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const file = readFileSync(photo);
const found = [];
for (let i = 0; i < count; i++) {
  const start = performance.now();
  const sharp = require('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  const { data, info } = await sharp(file).rotate()
    .resize(+size, +size, { fit: 'inside', withoutEnlargement: true }).raw().toBuffer({ resolveWithObject: true });
  const small = sharp(data, { raw: info });
  await small.clone().webp({ quality: 78 }).toBuffer();
  await small.clone().jpeg({ quality: 82, optimizeCoding: true }).toBuffer();
  found.push(performance.now() - start);
}

const most = readFileSync('/proc/self/status', 'utf8').match(/VmHWM:\s+(\d+)/)[1] * 1024 / 1e6;
console.log('made', [...found, most].map(n => n.toFixed(1)).join(' '));
