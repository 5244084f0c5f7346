namespace PhotoLambda.Tests;

/// <summary>Who is woken by an alarm finds what it means and what to do.</summary>
public class AlarmPageTests
{
    [Fact]
    public void Each_alarm_has_one_entry_and_no_entry_lacks_its_alarm()
    {
        var alarms = AlarmPage.AlarmsOfTemplate();

        Assert.True(alarms.Count >= 10, $"Only {alarms.Count} alarms were found.");
        Assert.Equal(alarms.Order(StringComparer.Ordinal), AlarmPage.AlarmsOfPage().Order(StringComparer.Ordinal));
    }
}
