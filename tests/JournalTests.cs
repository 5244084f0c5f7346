using System.Text;
using PhotoLambda.Local;

namespace PhotoLambda.Tests;

public class JournalTests
{
    [Fact]
    public void A_torn_last_line_is_dropped_when_the_journal_opens()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "one\ntwo\nthr");
        var records = new List<string>();

        using (var journal = new Journal(path, r => records.Add(Encoding.UTF8.GetString(r.Span))))
        {
            journal.Append("four"u8);
        }

        Assert.Equal(["one", "two"], records);
        Assert.Equal("one\ntwo\nfour\n", File.ReadAllText(path));
        File.Delete(path);
    }
}
