// The Huffman codes of ITU-T T.81, K.3: how many codes of each length from 1 to 16 bits, and their symbols in order.
const TENS = (first, last, from) =>
  Array.from({ length: last - first + 1 }, (_, i) => (first + i) * 16)
    .flatMap((tens) => Array.from({ length: 11 - from }, (_, i) => tens + from + i));

const hex = (text) => [...Buffer.from(text.replaceAll(' ', ''), 'hex')];

export const DC_LUMA = codeOf(0x00, '00010501010101010100000000000000', hex('000102030405060708090a0b'));
export const DC_CHROMA = codeOf(0x01, '00030101010101010101010000000000', hex('000102030405060708090a0b'));

export const AC_LUMA = codeOf(0x10, '0002010303020403050504040000017d', [
  ...hex('01 02 03 00 04 11 05 12 21 31 41 06 13 51 61 07 22 71 14 32 81 91 a1 08 23 42 b1 c1 15 52 d1 f0 24 33 62 72'),
  ...hex('82 09 0a 16 17 18 19 1a 25 26 27 28 29 2a 34 35 36 37 38 39 3a'),
  ...TENS(4, 7, 3), ...hex('83 84 85 86 87 88 89 8a'), ...TENS(9, 13, 2), ...TENS(14, 15, 1),
]);

export const AC_CHROMA = codeOf(0x11, '00020102040403040705040400010277', [
  ...hex('00 01 02 03 11 04 05 21 31 06 12 41 51 07 61 71 13 22 32 81 08 14 42 91 a1 b1 c1 09 23 33 52 f0 15 62 72 d1'),
  ...hex('0a 16 24 34 e1 25 f1 17 18 19 1a 26 27 28 29 2a 35 36 37 38 39 3a'),
  ...TENS(4, 7, 3), ...TENS(8, 15, 2),
]);

/** Codes of one length are consecutive numbers; the next length starts at twice the next one (T.81, C.2). */
function codeOf(id, countsHex, symbols) {
  const counts = hex(countsHex);
  const words = [];
  let word = 0, taken = 0;
  counts.forEach((count, i) => {
    for (let n = 0; n < count; n++) words[symbols[taken++]] = { word: word++, length: i + 1 };
    word *= 2;
  });
  return { id, counts, symbols, words };
}

/** Writes codes into bytes, with a 00 behind each FF. */
export class BitWriter {
  #bytes;
  #at = 0;
  #bits = 0;
  #held = 0;

  /** @param capacity bytes that are surely enough. */
  constructor(capacity) {
    this.#bytes = Buffer.alloc(capacity + 4096);
  }

  writeSymbol(code, symbol) {
    const { word, length } = code.words[symbol];
    this.#write(word, length);
  }

  /** A symbol of the zeros before the number and its size in bits, then those bits; a negative one less 1. */
  writeNumber(code, zeros, number) {
    const size = 32 - Math.clz32(Math.abs(number));
    this.writeSymbol(code, zeros * 16 + size);
    this.#write((number < 0 ? number - 1 : number) & ((1 << size) - 1), size);
  }

  end() {
    if (this.#held > 0) this.#write((1 << (8 - this.#held)) - 1, 8 - this.#held);
    return this.#bytes.subarray(0, this.#at);
  }

  #write(word, length) {
    this.#bits = (this.#bits << length) | word;
    this.#held += length;
    while (this.#held >= 8) {
      this.#held -= 8;
      const byte = (this.#bits >>> this.#held) & 255;
      this.#bytes[this.#at++] = byte;
      if (byte === 255) this.#bytes[this.#at++] = 0;
    }
    this.#bits &= (1 << this.#held) - 1;
  }
}
