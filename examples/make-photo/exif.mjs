// An EXIF block (CIPA DC-008) as a camera writes it: IFD0, Exif IFD, GPS IFD, and IFD1 with the thumbnail.
const ASCII = 2, SHORT = 3, LONG = 4, RATIONAL = 5, UNDEFINED = 7, SIGNED_RATIONAL = 10;

/** @param picture width and height in pixels; thumbnail: a whole JPEG. */
export function exifBlock({ width, height, thumbnail }) {
  const time = '2025:09:14 18:52:07';
  const main = (exif, gps) => [
    ascii(0x010f, 'PhotoLambda'), ascii(0x0110, 'Example Camera'), short(0x0112, 1),
    rational(0x011a, [72, 1]), rational(0x011b, [72, 1]), short(0x0128, 2),
    ascii(0x0131, 'make-photo 1.0'), ascii(0x0132, time), short(0x0213, 1),
    long(0x8769, exif), long(0x8825, gps),
  ];
  const exif = [
    rational(0x829a, [1, 250]), rational(0x829d, [8, 1]), short(0x8822, 3), short(0x8827, 100), short(0x8830, 2),
    long(0x8832, 100), undefined_(0x9000, '0232'), ascii(0x9003, time), ascii(0x9004, time),
    ascii(0x9010, '+02:00'), ascii(0x9011, '+02:00'), ascii(0x9012, '+02:00'),
    undefined_(0x9101, '\x01\x02\x03\0'), { tag: 0x9204, type: SIGNED_RATIONAL, count: 1, value: numbers(4, [-1, 3]) },
    short(0x9207, 5), short(0x9208, 0), short(0x9209, 16), rational(0x920a, [24, 1]), ascii(0x9291, '42'),
    undefined_(0xa000, '0100'), short(0xa001, 1), long(0xa002, width), long(0xa003, height),
    short(0xa402, 0), short(0xa403, 0), short(0xa405, 36), short(0xa406, 1),
    rational(0xa432, [16, 1], [50, 1], [28, 10], [28, 10]), ascii(0xa433, 'PhotoLambda'),
    ascii(0xa434, 'Example 16-50mm F2.8'),
  ];
  // The eastern shore of Oeschinen Lake, Switzerland, looking west into the evening.
  const gps = [
    { tag: 0, type: 1, count: 4, value: Buffer.from([2, 3, 0, 0]) },
    ascii(1, 'N'), rational(2, [46, 1], [29, 1], [5364, 100]), ascii(3, 'E'), rational(4, [7, 1], [44, 1], [1020, 100]),
    { tag: 5, type: 1, count: 1, value: Buffer.from([0]) }, rational(6, [15784, 10]),
    rational(7, [16, 1], [52, 1], [6, 1]), ascii(0x10, 'T'), rational(0x11, [2585, 10]), ascii(0x12, 'WGS-84'),
    ascii(0x1d, '2025:09:14'), rational(0x1f, [45, 10]),
  ];
  const small = (offset) => [
    short(0x0103, 6), rational(0x011a, [72, 1]), rational(0x011b, [72, 1]), short(0x0128, 2),
    long(0x0201, offset), long(0x0202, thumbnail.length),
  ];

  const exifAt = 8 + size(main(0, 0));
  const gpsAt = exifAt + size(exif);
  const smallAt = gpsAt + size(gps);
  const thumbnailAt = smallAt + size(small(0));
  return Buffer.concat([
    Buffer.from('II*\0\x08\0\0\0', 'latin1'),
    directory(main(exifAt, gpsAt), 8, smallAt), directory(exif, exifAt, 0), directory(gps, gpsAt, 0),
    directory(small(thumbnailAt), smallAt, 0), thumbnail,
  ]);
}

const ascii = (tag, text) => ({ tag, type: ASCII, count: text.length + 1, value: Buffer.from(`${text}\0`, 'latin1') });
const short = (tag, value) => ({ tag, type: SHORT, count: 1, value: numbers(2, [value]) });
const long = (tag, value) => ({ tag, type: LONG, count: 1, value: numbers(4, [value]) });
const undefined_ = (tag, text) => ({ tag, type: UNDEFINED, count: text.length, value: Buffer.from(text, 'latin1') });
const rational = (tag, ...pairs) => ({ tag, type: RATIONAL, count: pairs.length, value: numbers(4, pairs.flat()) });

function numbers(bytes, values) {
  const buffer = Buffer.alloc(bytes * values.length);
  values.forEach((value, i) => {
    if (value < 0) buffer.writeIntLE(value, i * bytes, bytes);
    else buffer.writeUIntLE(value, i * bytes, bytes);
  });
  return buffer;
}

/** Values of more than four bytes lie behind the directory, at even places. */
function size(entries) {
  return 6 + entries.reduce((sum, { value }) => sum + 12 + outside(value), 0);
}

function outside(value) {
  return value.length > 4 ? value.length + value.length % 2 : 0;
}

function directory(entries, at, next) {
  const buffer = Buffer.alloc(size(entries));
  let values = 6 + entries.length * 12;
  buffer.writeUInt16LE(entries.length, 0);
  entries.forEach(({ tag, type, count, value }, i) => {
    const entry = 2 + i * 12;
    buffer.writeUInt16LE(tag, entry);
    buffer.writeUInt16LE(type, entry + 2);
    buffer.writeUInt32LE(count, entry + 4);
    if (outside(value) === 0) {
      value.copy(buffer, entry + 8);
    } else {
      buffer.writeUInt32LE(at + values, entry + 8);
      value.copy(buffer, values);
      values += outside(value);
    }
  });
  buffer.writeUInt32LE(next, 2 + entries.length * 12);
  return buffer;
}
