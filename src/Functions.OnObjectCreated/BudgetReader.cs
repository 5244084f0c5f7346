using MetadataExtractor.IO;

namespace PhotoLambda.OnObjectCreated;

/// <summary>
/// A block of bytes that can be read a number of times only: the tags of a small file may all share its longest value,
/// in directories of any maker's form.
/// </summary>
internal sealed class BudgetReader : ByteArrayReader
{
    /// <summary>What all tags together may claim.</summary>
    public const int MaxBytes = 1024 * 1024;

    private readonly byte[] _bytes;
    private readonly int _start;
    private readonly int[] _left;

    public BudgetReader(byte[] bytes) : this(bytes, 0, isBigEndian: true, [MaxBytes])
    {
    }

    private BudgetReader(byte[] bytes, int start, bool isBigEndian, int[] left) : base(bytes, start, isBigEndian) =>
        (_bytes, _start, _left) = (bytes, start, left);

    public override IndexedReader WithByteOrder(bool isMotorolaByteOrder) => isMotorolaByteOrder == IsMotorolaByteOrder
        ? this
        : new BudgetReader(_bytes, _start, isMotorolaByteOrder, _left);

    public override IndexedReader WithShiftedBaseOffset(int shift) =>
        shift == 0 ? this : new BudgetReader(_bytes, checked(_start + shift), IsMotorolaByteOrder, _left);

    /// <exception cref="InvalidDataException">The budget is used up.</exception>
    public override byte GetByte(int index)
    {
        Spend(1);
        return base.GetByte(index);
    }

    /// <inheritdoc cref="GetByte"/>
    public override byte[] GetBytes(int index, int count)
    {
        Spend(count);
        return base.GetBytes(index, count);
    }

    private void Spend(int count)
    {
        if (count > _left[0])
        {
            throw new InvalidDataException("The tags claim more than they may.");
        }

        _left[0] -= Math.Max(count, 0);
    }
}
