// Reads metadata with exifr and sharp, in memory. Arguments: a file with a path in each line, and a folder that has the
// npm packages. To each line "name milliseconds" the answer is how many files a second the library reads for so long.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [list, folder] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const exifr = require('exifr');
const sharp = require('sharp');
sharp.concurrency(1);
sharp.cache(false);
const files = readFileSync(list, 'utf8').split('\n').filter(Boolean).map(path => readFileSync(path));
const readers = { exifr: file => exifr.parse(file), sharp: file => sharp(file).metadata() };

for await (const line of createInterface({ input: process.stdin })) {
  const [name, milliseconds] = line.split(' ');
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  for (; elapsed < milliseconds; elapsed = performance.now() - start, done += files.length) {
    for (const file of files) {
      try {
        await readers[name](file);
      } catch {
        // A file that it refuses counts as read.
      }
    }
  }

  console.log(done / elapsed * 1000);
}
