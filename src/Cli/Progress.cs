using System.Diagnostics;

namespace PhotoLambda.Cli;

/// <summary>How far it is: a line in place on a terminal, a line now and then in a file.</summary>
internal sealed class Progress(TextWriter output)
{
    private readonly bool _inPlace = !Console.IsOutputRedirected;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _next = TimeSpan.FromSeconds(1);
    private int _width;

    public TimeSpan Elapsed => _clock.Elapsed;

    public void Show(Func<string> line)
    {
        if (_clock.Elapsed < _next)
        {
            return;
        }

        _next = _clock.Elapsed + TimeSpan.FromSeconds(_inPlace ? 0.5 : 5);
        if (_inPlace)
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
