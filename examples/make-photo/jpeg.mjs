// A baseline JPEG encoder (ITU-T T.81): YCbCr with 4:2:0 chroma, the tables of annex K.
import { AC_CHROMA, AC_LUMA, BitWriter, DC_CHROMA, DC_LUMA } from './huffman.mjs';

const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

const LUMA = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55,
  14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62,
  18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92,
  49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];

const CHROMA = Array.from({ length: 64 }, (_, i) =>
  ({ 0: 17, 1: 18, 2: 24, 3: 47, 8: 18, 9: 21, 10: 26, 11: 66, 16: 24, 17: 26, 18: 56, 24: 47, 25: 66 })[i] ?? 99);

const COSINES = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return Math.cos((2 * x + 1) * u * Math.PI / 16) * (u === 0 ? Math.SQRT1_2 : 1) / 2;
});

/** @param options quality from 1 to 100; exif: an EXIF block from its TIFF header on. */
export function encodeJpeg(raster, { quality, exif = null }) {
  const tables = [LUMA, CHROMA].map((table) => scaled(table, quality));
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    exif ? segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), exif])) : Buffer.alloc(0),
    ...tables.map((table, id) => segment(0xdb, [id, ...ZIGZAG.map((i) => table[i])])),
    segment(0xc0, [8, raster.height >> 8, raster.height & 255, raster.width >> 8, raster.width & 255,
      3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]),
    ...[DC_LUMA, AC_LUMA, DC_CHROMA, AC_CHROMA]
      .map((code) => segment(0xc4, [code.id, ...code.counts, ...code.symbols])),
    segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]),
    scan(raster, tables),
    Buffer.from([0xff, 0xd9]),
  ]);
}

function segment(marker, data) {
  const length = data.length + 2;
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 255]), Buffer.from(data)]);
}

/** The usual scale: 50 gives the table itself, 100 ones. */
function scaled(table, quality) {
  const percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return table.map((value) => Math.min(255, Math.max(1, Math.floor((value * percent + 50) / 100))));
}

/** Squares of 16 by 16 pixels: four blocks of brightness, one of each colour difference. */
function scan(raster, [luma, chroma]) {
  const bits = new BitWriter(raster.width * raster.height);
  const last = [0, 0, 0];
  const square = { y: new Float64Array(256), cb: new Float64Array(64), cr: new Float64Array(64) };
  const block = new Float64Array(64);
  for (let top = 0; top < raster.height; top += 16) {
    for (let left = 0; left < raster.width; left += 16) {
      convert(raster, left, top, square);
      for (const corner of [0, 8, 128, 136]) {
        for (let i = 0; i < 64; i++) block[i] = square.y[corner + (i >> 3) * 16 + (i & 7)];
        last[0] = writeBlock(bits, block, luma, last[0], DC_LUMA, AC_LUMA);
      }
      last[1] = writeBlock(bits, square.cb, chroma, last[1], DC_CHROMA, AC_CHROMA);
      last[2] = writeBlock(bits, square.cr, chroma, last[2], DC_CHROMA, AC_CHROMA);
    }
  }
  return bits.end();
}

/** RGB to YCbCr (JFIF), centred on 0; the picture's last column and row are repeated beyond its edge. */
function convert(raster, left, top, square) {
  square.cb.fill(0);
  square.cr.fill(0);
  for (let i = 0; i < 256; i++) {
    const [x, y] = [Math.min(left + (i & 15), raster.width - 1), Math.min(top + (i >> 4), raster.height - 1)];
    const at = (y * raster.width + x) * 3;
    const [r, g, b] = [raster.data[at], raster.data[at + 1], raster.data[at + 2]];
    const quarter = (i >> 5) * 8 + ((i & 15) >> 1);
    square.y[i] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
    square.cb[quarter] += (-0.168736 * r - 0.331264 * g + 0.5 * b) / 4;
    square.cr[quarter] += (0.5 * r - 0.418688 * g - 0.081312 * b) / 4;
  }
}

/** @returns the block's mean, from which the next block's is told. */
function writeBlock(bits, samples, table, last, dc, ac) {
  const values = transformed(samples);
  const mean = Math.round(values[0] / table[0]);
  bits.writeNumber(dc, 0, mean - last);
  let zeros = 0;
  for (let k = 1; k < 64; k++) {
    const value = Math.round(values[ZIGZAG[k]] / table[ZIGZAG[k]]);
    if (value === 0) {
      zeros++;
      continue;
    }
    for (; zeros > 15; zeros -= 16) bits.writeSymbol(ac, 0xf0);
    bits.writeNumber(ac, zeros, value);
    zeros = 0;
  }
  if (zeros > 0) bits.writeSymbol(ac, 0x00);
  return mean;
}

const rows = new Float64Array(64);
const spectrum = new Float64Array(64);

/** The cosine transform, first along the rows, then along the columns. */
function transformed(samples) {
  for (let y = 0; y < 8; y++) {
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += COSINES[u * 8 + x] * samples[y * 8 + x];
      rows[y * 8 + u] = sum;
    }
  }
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let y = 0; y < 8; y++) sum += COSINES[v * 8 + y] * rows[y * 8 + u];
      spectrum[v * 8 + u] = sum;
    }
  }
  return spectrum;
}
