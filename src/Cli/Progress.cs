using System.Diagnostics;

namespace PhotoLambda.Cli;

/// <summary>How far it is: a line in place on a terminal, a line now and then in a file.</summary>
internal sealed class Progress(TextWriter output)
{
    private static readonly bool InPlace = !Console.IsOutputRedirected;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(InPlace ? 0.5 : 5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = Interval;
    private int _width;

    public TimeSpan Elapsed => _clock.Elapsed;

    public void Show(Func<string> line)
    {
        if (_clock.Elapsed < _next)
        {
            return;
        }

        _next = _clock.Elapsed + Interval;
        if (InPlace)
        {
            var text = line();
            output.Write($"\r{text.PadRight(_width)}");
            _width = text.Length;
        }
        else
        {
            output.WriteLine(line());
        }
    }

    /// <summary>A line that stays.</summary>
    public void Say(string line)
    {
        output.WriteLine(_width > 0 ? $"\r{line.PadRight(_width)}" : line);
        _width = 0;
    }
}
