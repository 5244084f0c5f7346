namespace PhotoLambda.Local.Chaos;

/// <summary>Where everything that can go wrong asks whether it is to.</summary>
internal sealed class ChaosSwitch
{
    private volatile ChaosRun? _run;

    /// <summary>Null: chaos is off.</summary>
    public ChaosRun? Current => _run is { IsOver: false } run ? run : null;

    /// <summary>The current one, or the one before it was turned off; null: there was none.</summary>
    public ChaosRun? Last => _run;

    /// <summary>Begins anew, with these dice and counters at zero.</summary>
    public void TurnOn(ChaosSettings settings)
    {
        TurnOff();
        _run = new ChaosRun(settings);
    }

    public void TurnOff() => _run?.End();
}
