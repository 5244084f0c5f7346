using System.Text;
using PhotoLambda.Bulk;

namespace PhotoLambda.Tests;

public sealed class RowOrderTests
{
    [Fact]
    public void Rows_come_in_the_order_of_their_objects()
    {
        var seed = Random.Shared.Next();
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        var random = new Random(seed);
        for (var run = 0; run < 500; run++)
        {
            // Few letters, so that many keys are alike, or begin alike, or are one another's beginnings.
            var prefix = new string('p', random.Next(20));
            string[] keys = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ =>
                prefix + new string(random.GetItems<char>("\0aé", random.Next(12))))];
            using var rows = new CopyRows();
            foreach (var key in keys)
            {
                rows.Begin();
                rows.Place("bucket", key);
                rows.End(null);
            }

            var order = Enumerable.Range(0, keys.Length).ToArray();
            RowOrder.Sort(rows, order);

            // The field's length stands before the text.
            Assert.Equal(
                Enumerable.Range(0, keys.Length)
                    .OrderBy(i => Encoding.UTF8.GetByteCount(keys[i]))
                    .ThenBy(i => Convert.ToHexString(Encoding.UTF8.GetBytes(keys[i])), StringComparer.Ordinal)
                    .ThenBy(i => i),
                order);
        }
    }
}
