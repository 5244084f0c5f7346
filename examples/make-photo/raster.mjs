/** A picture of 8-bit RGB pixels. */
export class Raster {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.data = new Uint8ClampedArray(width * height * 3);
  }

  set(x, y, [red, green, blue]) {
    const at = (y * this.width + x) * 3;
    this.data[at] = red;
    this.data[at + 1] = green;
    this.data[at + 2] = blue;
  }

  /** A smaller copy; each pixel is the mean of those it covers. */
  shrink(width, height) {
    const small = new Raster(width, height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        small.set(x, y, this.#mean(
          Math.floor(x * this.width / width), Math.floor((x + 1) * this.width / width),
          Math.floor(y * this.height / height), Math.floor((y + 1) * this.height / height)));
      }
    }
    return small;
  }

  #mean(left, right, top, bottom) {
    const sum = [0, 0, 0];
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        for (let c = 0; c < 3; c++) sum[c] += this.data[(y * this.width + x) * 3 + c];
      }
    }
    return sum.map((value) => value / ((right - left) * (bottom - top)));
  }
}
