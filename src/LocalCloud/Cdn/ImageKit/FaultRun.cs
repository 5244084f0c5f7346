using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Local.Cdn;

/// <summary>One setting while it is in force: its dice, and how often they fell. Safe for concurrent use.</summary>
internal sealed class FaultRun : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Random> _dice;
    private readonly CancellationTokenSource _lifted = new();
    private int _done;

    public FaultRun(FaultSettings settings)
    {
        Settings = settings;
        // Each kind of call has dice of its own, so that what one throws does not depend on the others' order.
        _dice = ImageKitCall.All.ToDictionary(call => call, call => new Random(
            BitConverter.ToInt32(SHA256.HashData(Encoding.UTF8.GetBytes($"{settings.Seed} {call}")))));
        Lifted = _lifted.Token;
    }

    public FaultSettings Settings { get; }

    /// <summary>Cancelled when another setting is in force, or none.</summary>
    public CancellationToken Lifted { get; }

    /// <summary>How many calls failed by it.</summary>
    public int Done => Volatile.Read(ref _done);

    /// <returns>Whether this call is to fail.</returns>
    public bool Strikes(string call)
    {
        lock (_gate)
        {
            if ((Settings.Calls is { } only && only != call) || _dice[call].NextDouble() >= Settings.Share
                || _done >= Settings.Times)
            {
                return false;
            }

            _done++;
            return true;
        }
    }

    /// <summary>Lifts it.</summary>
    public void Dispose()
    {
        _lifted.Cancel();
        _lifted.Dispose();
    }
}
