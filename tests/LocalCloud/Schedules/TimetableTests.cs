using System.Globalization;
using PhotoLambda.Local.Schedules;

namespace PhotoLambda.Tests;

public class TimetableTests
{
    // 2026-03-04 is a Wednesday.
    [Theory]
    [InlineData("rate(1 minute)", "2026-03-04T12:00:30", "2026-03-04T12:01:30", "2026-03-04T12:02:30")]
    [InlineData("rate(5 hours)", "2026-03-04T12:00", "2026-03-04T17:00", "2026-03-04T22:00")]
    [InlineData("rate(7 days)", "2026-03-04T12:00", "2026-03-11T12:00", "2026-03-18T12:00")]
    [InlineData("at(2026-03-05T01:02:03)", "2026-03-04T12:00", "2026-03-05T01:02:03", null)]
    [InlineData("at(2026-03-04T12:00:00)", "2026-03-04T12:00", null, null)]
    [InlineData("cron(* * * * ? *)", "2026-03-04T12:00:59", "2026-03-04T12:01", "2026-03-04T12:02")]
    [InlineData("cron(0 10 * * ? *)", "2026-03-04T10:00", "2026-03-05T10:00", "2026-03-06T10:00")]
    [InlineData("cron(15 12 * * ? *)", "2026-03-04T12:14:59", "2026-03-04T12:15", "2026-03-05T12:15")]
    [InlineData("cron(0 18 ? * MON-FRI *)", "2026-03-05T20:00", "2026-03-06T18:00", "2026-03-09T18:00")]
    [InlineData("cron(0 8 1 * ? *)", "2026-12-01T08:00", "2027-01-01T08:00", "2027-02-01T08:00")]
    [InlineData("cron(0/15 * * * ? *)", "2026-03-04T12:50", "2026-03-04T13:00", "2026-03-04T13:15")]
    [InlineData("cron(1/10 * * * ? *)", "2026-03-04T12:50", "2026-03-04T12:51", "2026-03-04T13:01")]
    [InlineData("cron(0/5 8-17 ? * mon-fri *)", "2026-03-06T17:55", "2026-03-09T08:00", "2026-03-09T08:05")]
    [InlineData("cron(*/20,7 0 * * ? *)", "2026-03-04T00:00", "2026-03-04T00:07", "2026-03-04T00:20")]
    [InlineData("cron(10-30/10 6 * JAN,JUL ? *)", "2026-03-04T12:00", "2026-07-01T06:10", "2026-07-01T06:20")]
    [InlineData("cron(0 0 L * ? *)", "2028-02-01T00:00", "2028-02-29T00:00", "2028-03-31T00:00")]
    [InlineData("cron(0 0 LW * ? *)", "2026-02-01T00:00", "2026-02-27T00:00", "2026-03-31T00:00")]
    [InlineData("cron(0 0 1W * ? *)", "2026-07-15T00:00", "2026-08-03T00:00", "2026-09-01T00:00")]
    [InlineData("cron(0 0 15W * ? *)", "2026-03-01T00:00", "2026-03-16T00:00", "2026-04-15T00:00")]
    [InlineData("cron(0 0 14W * ? *)", "2026-03-01T00:00", "2026-03-13T00:00", "2026-04-14T00:00")]
    [InlineData("cron(0 0 31W * ? *)", "2026-04-01T00:00", "2026-05-29T00:00", "2026-07-31T00:00")]
    [InlineData("cron(0 0 ? * L *)", "2026-03-04T00:00", "2026-03-07T00:00", "2026-03-14T00:00")]
    [InlineData("cron(0 0 ? * 6L *)", "2026-03-04T00:00", "2026-03-27T00:00", "2026-04-24T00:00")]
    [InlineData("cron(0 0 ? * FRIL *)", "2026-03-04T00:00", "2026-03-27T00:00", "2026-04-24T00:00")]
    [InlineData("cron(0 0 ? * 3#2 *)", "2026-03-04T00:00", "2026-03-10T00:00", "2026-04-14T00:00")]
    [InlineData("cron(0 0 ? * SUN#5 *)", "2026-03-04T00:00", "2026-03-29T00:00", "2026-05-31T00:00")]
    [InlineData("cron(0 0 ? * 1,7 *)", "2026-03-04T00:00", "2026-03-07T00:00", "2026-03-08T00:00")]
    [InlineData("cron(0 0 29 2 ? *)", "2026-03-04T00:00", "2028-02-29T00:00", "2032-02-29T00:00")]
    [InlineData("cron(59 23 31 12 ? 2026-2027)", "2026-03-04T00:00", "2026-12-31T23:59", "2027-12-31T23:59")]
    [InlineData("cron(0 0 1 1 ? 2027)", "2026-03-04T00:00", "2027-01-01T00:00", null)]
    [InlineData("cron(0 0 1 1 ? 2020)", "2026-03-04T00:00", null, null)]
    [InlineData("cron(0 0 30 2 ? *)", "2026-03-04T00:00", null, null)]
    public void A_schedule_is_due_when_it_says(string expression, string after, string? first, string? second)
    {
        var timetable = Timetable.Parse(expression);

        var next = timetable.Next(Instant(after)!.Value);

        Assert.Equal(Instant(first), next);
        Assert.Equal(Instant(second), next is null ? null : timetable.Next(next.Value));
    }

    [Theory]
    [InlineData("daily", "'daily' is no schedule")]
    [InlineData("rate(0 minutes)", "rate(0 …)")]
    [InlineData("rate(5 weeks)", "is no schedule")]
    [InlineData("rate(-5 minutes)", "is no schedule")]
    [InlineData("at(2026-02-30T00:00:00)", "'2026-02-30T00:00:00' is no date")]
    [InlineData("cron(0 3 * * *)", "has 5 fields; it needs six")]
    [InlineData("cron(0 3 * * * *)", "must be ?")]
    [InlineData("cron(0 3 ? * ? *)", "must be ?")]
    [InlineData("cron(0 3 1 * MON *)", "must be ?")]
    [InlineData("cron(60 * * * ? *)", "'60' is no minutes of a cron schedule; they are 0 to 59")]
    [InlineData("cron(x * * * ? *)", "'x' is no minutes")]
    [InlineData("cron(* * * ? *)", "has 5 fields")]
    [InlineData("cron(0 24 * * ? *)", "'24' is no hours")]
    [InlineData("cron(0 22-2 * * ? *)", "'22-2' is no hours")]
    [InlineData("cron(0/0 1 * * ? *)", "'0/0' is no minutes")]
    [InlineData("cron(0 5 1 * * ? *)", "has 7 fields")]
    [InlineData("cron(0/5/5 1 * * ? 2026)", "'0/5/5' is no minutes")]
    [InlineData("cron(1, 1 * * ? 2026)", "'1,' is no minutes")]
    [InlineData("cron(0 0 0 * ? *)", "'0' is no day-of-month")]
    [InlineData("cron(0 0 32W * ? *)", "'32W' is no day-of-month")]
    [InlineData("cron(0 0 1 JANUARY ? *)", "'JANUARY' is no month of a cron schedule; they are 1 to 12 or JAN to DEC")]
    [InlineData("cron(0 0 ? * 8 *)", "'8' is no day-of-week")]
    [InlineData("cron(0 0 ? * 3#6 *)", "'3#6' is no day-of-week")]
    [InlineData("cron(0 0 ? * XL *)", "'XL' is no day-of-week")]
    [InlineData("cron(0 0 1 1 ? 1969)", "'1969' is no year")]
    public void A_wrong_schedule_is_explained(string expression, string message)
    {
        var mistake = Assert.Throws<FormatException>(() => Timetable.Parse(expression));
        Assert.Contains(message, mistake.Message, StringComparison.Ordinal);
    }

    private static DateTimeOffset? Instant(string? text) => text is null
        ? null
        : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
